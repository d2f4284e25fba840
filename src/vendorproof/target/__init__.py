"""Where requests go and with what rights, and the one client that sends them."""

from vendorproof.target.budget import Budget
from vendorproof.target.client import GARBAGE, Client
from vendorproof.target.clock import Clock, RealClock, VirtualClock
from vendorproof.target.credentials import UnsetRole
from vendorproof.target.draft import DEFAULT, NOBODY, Draft
from vendorproof.target.embedded import AsgiApp, EmbeddedTransport
from vendorproof.target.exchanger import Exchanger
from vendorproof.target.from_url import target_from_url
from vendorproof.target.profile import Binding, Environment, Secret, Target, Timeouts
from vendorproof.target.recorded import RecordedClient
from vendorproof.target.rights import check_rights, effects_of
from vendorproof.target.targets_file import TARGETS_FILE, TargetsFile, read_targets

__all__ = [
    "DEFAULT",
    "GARBAGE",
    "NOBODY",
    "TARGETS_FILE",
    "AsgiApp",
    "Binding",
    "Budget",
    "Client",
    "Clock",
    "Draft",
    "EmbeddedTransport",
    "Environment",
    "Exchanger",
    "RealClock",
    "RecordedClient",
    "Secret",
    "Target",
    "TargetsFile",
    "Timeouts",
    "UnsetRole",
    "VirtualClock",
    "check_rights",
    "effects_of",
    "read_targets",
    "target_from_url",
]
