"""A thing that is made for one request alone."""

from __future__ import annotations

from vendorproof.contract.model import Operation
from vendorproof.errors import Undocumented
from vendorproof.evidence.broker import Broker


def new_path(broker: Broker, operation: Operation) -> dict[str, str]:
    """Path parameters that name a thing which was made just now, so that nothing else is about it."""
    resource = broker.resource(operation)
    if resource.create is None:
        raise Undocumented(f"the page documents no way to create {resource.name}")
    made_id = broker.told_id(resource, broker.creation(broker.contract.operation(resource.create)))
    return broker.path_values(operation, own={resource.parameter: made_id})
