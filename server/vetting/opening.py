"""Which suspicions the configuration asks for."""

from server.config import VettingConfig
from server.vetting.face import FaceSuspicion
from server.vetting.no_skin import NoSkinSuspicion
from server.vetting.vetting import Vetting

_SUSPICIONS = {"face": FaceSuspicion, "no_skin": NoSkinSuspicion}


def open_vetting(config: VettingConfig) -> Vetting:
    """In the order of the configuration; nothing is loaded before the first photo comes."""
    return Vetting(tuple(_SUSPICIONS[name]() for name in config.hold_for))
