"""A WebSocket opens for those who may, and for nobody else."""

from vendorproof.suite import verifies


@verifies("websocket.handshake")
def test_a_handshake_opens_the_socket(operation, evidence, judge):
    judge(evidence.streaming.opened(operation))


@verifies("websocket.refused_without_credentials")
def test_nothing_opens_without_credentials(operation, evidence, judge):
    judge(evidence.streaming.without_credentials(operation))
