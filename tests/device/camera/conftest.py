"""The rigs of the cameras, well and about to be broken."""

import pytest
from camera_rigs import FAULTS, RIGS, PiRig, UsbRig


@pytest.fixture(params=RIGS)
def rig(request, tmp_path, pictures):
    return RIGS[request.param](tmp_path, pictures)


@pytest.fixture(params=FAULTS, ids=lambda fault: "-".join(fault).replace(" ", "_"))
def breaking(request, tmp_path, pictures):
    """A rig, still well, and the fault to break it with."""
    name, fault = request.param
    return RIGS[name](tmp_path, pictures), fault


@pytest.fixture
def pi(tmp_path, pictures):
    return PiRig(tmp_path, pictures)


@pytest.fixture
def usb(tmp_path, pictures):
    return UsbRig(tmp_path, pictures)
