"""What a vendor does where the contract holds our reading: other bodies, and operations that are somewhere else.

No tester who knows the real requests is surprised by these, so they are for one who knows nothing but the address and
the key.
"""

from __future__ import annotations

from vendorproof.contract.model import Basis, Contract, Operation
from vendorproof.mock.data.files import File
from vendorproof.mock.deviations.variant import variant
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call
from vendorproof.mock.request.messages import refuse


def _guesses_bodies(contract: Contract) -> bool:
    return any("body" in operation.assumed for operation in contract.operations)


def _unknown_body(call: Call) -> bool:
    return call.operation is not None and "body" in call.operation.assumed and bool(call.body)


@variant("other-bodies", points.FINDINGS, legal=_guesses_bodies, assumes=True)
def _other_bodies(found: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """Requests whose bodies are our reading want others."""
    return (*found, "The field fake_required is missing.") if _unknown_body(call) else found


def _guesses_places(contract: Contract) -> bool:
    return any({"path", "method"} & set(operation.assumed) for operation in contract.operations)


@variant("other-places", points.ROUTE, legal=_guesses_places, assumes=True)
def _other_places(operation: Operation | None, call: Call) -> Operation | None:
    """Operations whose paths or methods are our reading are somewhere else."""
    return None if operation is not None and {"path", "method"} & set(operation.assumed) else operation


def _guesses_json_files(contract: Contract) -> bool:
    forms = [one for one in contract.requirements if one.parameters.get("form") in ("files", "filesBase64")]
    return bool(forms) and all(one.basis is not Basis.STATED for one in forms)


@variant("files-in-forms-alone", points.FILES, legal=_guesses_json_files, assumes=True)
def _forms_alone(files: tuple[File, ...], call: Call) -> tuple[File, ...]:
    """Files are taken as parts of a form, and not in JSON."""
    if files and "json" in (call.header("content-type") or ""):
        raise refuse(415, "unsupported_media_type", "Send files as multipart/form-data.")
    return files
