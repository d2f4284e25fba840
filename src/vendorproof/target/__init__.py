"""Where requests go and with what rights, and the one client that sends them."""

from vendorproof.target.budget import Budget
from vendorproof.target.client import GARBAGE, Client
from vendorproof.target.clock import Clock, RealClock, VirtualClock
from vendorproof.target.credentials import UnsetRole
from vendorproof.target.deadline import Deadline
from vendorproof.target.draft import DEFAULT, NOBODY, Draft
from vendorproof.target.embedded import AsgiApp, EmbeddedTransport
from vendorproof.target.exchanger import Exchanger
from vendorproof.target.from_url import target_from_url
from vendorproof.target.profile import Binding, Environment, Secret, Target, Timeouts
from vendorproof.target.recorded import RecordedClient
from vendorproof.target.rights import effects_of
from vendorproof.target.shared import STATE_VARIABLE, Shared, state_folder
from vendorproof.target.targets_file import TARGETS_FILE, TargetsFile, read_targets
from vendorproof.target.webhook import post_webhook

__all__ = [
    "DEFAULT",
    "GARBAGE",
    "NOBODY",
    "STATE_VARIABLE",
    "TARGETS_FILE",
    "AsgiApp",
    "Binding",
    "Budget",
    "Client",
    "Clock",
    "Deadline",
    "Draft",
    "EmbeddedTransport",
    "Environment",
    "Exchanger",
    "RealClock",
    "RecordedClient",
    "Secret",
    "Shared",
    "Target",
    "TargetsFile",
    "Timeouts",
    "UnsetRole",
    "VirtualClock",
    "effects_of",
    "post_webhook",
    "read_targets",
    "state_folder",
    "target_from_url",
]
