"""The configuration: where it lies, what it may hold, and where each value came from."""

from pathlib import Path

import pytest

from device import config as config_module
from device.config import ON_PAGES, Config, flatten, load_settings
from device.errors import ConfigInvalid


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """No kiosk is installed here, no variable is set, and the working folder is empty."""
    monkeypatch.setattr(config_module, "INSTALLED_CONFIG", tmp_path / "etc" / "kiosk.toml")
    monkeypatch.setattr(config_module, "INSTALLED_HOME", tmp_path / "var")
    monkeypatch.delenv("SKIN_KIOSK_HOME", raising=False)
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def written(tmp_path):
    """Write a configuration file; its path."""

    def written(text):
        path = tmp_path / "given.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def installed(tmp_path):
    """An installed kiosk's configuration file."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "kiosk.toml").write_text("[web]\nport = 443\n", encoding="utf-8")
    return tmp_path / "etc" / "kiosk.toml"


def test_without_any_file_the_defaults_hold_in_a_local_home():
    settings = load_settings()
    assert settings.config == Config()
    assert settings.home == Path.cwd() / ".kiosk"
    assert settings.config_file == Path.cwd() / ".kiosk" / "kiosk.toml"
    assert set(settings.origins.values()) == {"default"}


def test_the_hardware_is_real_unless_somebody_says_otherwise():
    assert load_settings().config.simulate is False


def test_a_local_file_is_found_in_the_local_home():
    (Path.cwd() / ".kiosk").mkdir()
    (Path.cwd() / ".kiosk" / "kiosk.toml").write_text("simulate = true\n", encoding="utf-8")
    assert load_settings().config.simulate is True


def test_an_installed_kiosk_has_its_own_file_and_home(installed, tmp_path):
    settings = load_settings()
    assert settings.config_file == installed
    assert settings.home == tmp_path / "var"
    assert settings.config.web.port == 443


def test_the_variable_overrides_both_file_and_home_of_an_installed_kiosk(installed, monkeypatch, tmp_path):
    monkeypatch.setenv("SKIN_KIOSK_HOME", str(tmp_path / "mine"))
    settings = load_settings()
    assert settings.home == tmp_path / "mine"
    assert settings.config_file == tmp_path / "mine" / "kiosk.toml"
    assert settings.config.web.port == 8080


def test_a_given_home_overrides_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("SKIN_KIOSK_HOME", str(tmp_path / "mine"))
    assert load_settings(home=tmp_path / "given").home == tmp_path / "given"


def test_a_given_file_overrides_the_one_in_the_home(written, tmp_path):
    settings = load_settings(home=tmp_path / "home", config_file=written("[web]\nport = 9000\n"))
    assert settings.config.web.port == 9000
    assert settings.home == tmp_path / "home"


def test_paths_are_absolute_however_they_are_given(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("there.toml").touch()
    settings = load_settings(home=Path("here"), config_file=Path("there.toml"))
    assert settings.home == Path.cwd() / "here"
    assert settings.config_file == Path.cwd() / "there.toml"


def test_options_go_over_the_file_and_the_file_over_the_defaults(written):
    path = written('[web]\nport = 9000\nhost = "0.0.0.0"\n')
    settings = load_settings(config_file=path, options={"web": {"port": 9001}, "simulate": True})
    assert settings.config.web.port == 9001
    assert settings.config.web.host == "0.0.0.0"
    assert settings.config.simulate is True
    assert settings.config.camera.deadline_seconds == 8.0


def test_each_value_tells_where_it_came_from(written):
    path = written('[web]\nport = 9000\nhost = "0.0.0.0"\n[clinic]\nred_flags = ["Fever."]\n')
    origins = load_settings(config_file=path, options={"web": {"port": 9001}}).origins
    assert origins["web.port"] == "option"
    assert origins["web.host"] == f"file {path}"
    assert origins["clinic.red_flags"] == f"file {path}"
    assert origins["clinic.name"] == "default"
    assert origins.keys() == flatten(Config().model_dump()).keys()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[web]\nport = 99999\n", r"web\.port"),
        ('[web]\nport = "many"\n', r"web\.port"),
        ("[web]\nprot = 80\n", r"web\.prot"),
        ("[wbe]\nport = 80\n", "wbe"),
        ("web = 3\n", "web"),
        ("[panel]\nbutton_gpio = 40\n", r"panel\.button_gpio"),
        ('[camera]\ndriver = "webcam"\n', r"camera\.driver"),
        ("[camera]\ndeadline_seconds = 0\n", r"camera\.deadline_seconds"),
        ("[storage]\nreserve_megabytes = -1\n", r"storage\.reserve_megabytes"),
        ('simulate = "perhaps"\n', "simulate"),
        ('[clinic]\nred_flags = "Fever."\n', r"clinic\.red_flags"),
    ],
)
def test_a_value_that_does_not_hold_is_named_with_its_file(written, text, named):
    with pytest.raises(ConfigInvalid, match=named) as refused:
        load_settings(config_file=written(text))
    assert "given.toml" in str(refused.value)


def test_an_option_that_does_not_hold_is_named():
    with pytest.raises(ConfigInvalid, match=r"web\.port"):
        load_settings(options={"web": {"port": -1}})


@pytest.mark.parametrize("text", ["[web\nport = 1\n", "port = \n", "a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_refused(written, text):
    with pytest.raises(ConfigInvalid, match=r"given\.toml cannot be read"):
        load_settings(config_file=written(text))


def test_a_file_of_other_bytes_and_a_folder_are_refused(tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\0")
    for path in (tmp_path / "bytes.toml", tmp_path):
        with pytest.raises(ConfigInvalid, match="cannot be read"):
            load_settings(config_file=path)


def test_the_runtime_folder_is_the_one_of_the_unit_or_in_the_home(monkeypatch, tmp_path):
    settings = load_settings(home=tmp_path / "home")
    assert settings.runtime_folder == tmp_path / "home" / "run"
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    assert settings.runtime_folder == tmp_path / "run"


def test_nested_tables_flatten_to_dotted_names():
    assert flatten({"a": 1, "b": {"c": 2, "d": {"e": 3}}}) == {"a": 1, "b.c": 2, "b.d.e": 3}
    assert flatten({}) == {}


def test_the_pages_have_an_address(tmp_path):
    web = load_settings(home=tmp_path, options={"web": {"host": "192.0.2.7", "port": 9000}}).config.web
    assert web.address == "http://192.0.2.7:9000"


def test_a_file_that_was_named_but_is_not_there_is_no_silent_default(tmp_path):
    with pytest.raises(ConfigInvalid, match="there is no file"):
        load_settings(config_file=tmp_path / "misspelt.toml")


def test_a_wrong_option_is_not_blamed_on_the_file(written):
    with pytest.raises(ConfigInvalid, match=r"option: web\.port"):
        load_settings(config_file=written(""), options={"web": {"port": 99_999}})


def test_another_process_finds_and_runs_the_same_kiosk(written, tmp_path):
    path = written("")
    settings = load_settings(tmp_path, path, {"simulate": True, "web": {"port": 9001}})
    assert settings.place_options() == ["--home", str(tmp_path), "--config", str(path)]
    assert settings.run_options() == ["--host", "127.0.0.1", "--port", "9001", "--simulate"]
    assert load_settings(tmp_path).place_options() == ["--home", str(tmp_path)]


def test_two_parts_on_one_pin_are_refused(written):
    with pytest.raises(ConfigInvalid, match="share a GPIO"):
        load_settings(config_file=written("[panel]\nlamp_gpio = 17\n"))


def test_keeping_holding_still_and_asking_are_off_unless_somebody_says_otherwise():
    config = load_settings().config
    assert config.storage.retention_days is None
    assert config.panel.countdown_seconds == 0
    assert config.consent.ask_before_photo is False
    assert config.screen.finding_seconds == 60


@pytest.mark.parametrize(
    "text",
    [
        "[storage]\nretention_days = 0\n",
        "[storage]\nretention_days = 36501\n",
        "[panel]\ncountdown_seconds = 11\n",
        "[panel]\ncountdown_seconds = -1\n",
        "[screen]\nfinding_seconds = 4\n",
        "[screen]\nfinding_seconds = 601\n",
        '[consent]\nask_before_photo = "perhaps"\n',
    ],
)
def test_spans_and_questions_have_limits(written, text):
    with pytest.raises(ConfigInvalid, match=text.split()[1]):
        load_settings(config_file=written(text))


def test_a_countdown_may_be_as_long_as_a_pin_is_numbered(written):
    text = "[panel]\nbutton_gpio = 5\ncountdown_seconds = 5\n"
    assert load_settings(config_file=written(text)).config.panel.countdown_seconds == 5


@pytest.mark.parametrize("name", ON_PAGES)
def test_what_pages_may_set_exists(name):
    defaults = flatten(Config().model_dump())
    assert name in defaults
    assert load_settings().with_pages({name: defaults[name]}).origins[name] == "pages"


def test_pages_go_over_the_file_and_options_over_pages(written):
    path = written('[clinic]\nname = "of the file"\nemergency_contact = "112"\n[web]\nport = 9000\n')
    settings = load_settings(config_file=path, options={"panel": {"countdown_seconds": 1}})
    set_there = {"clinic.name": "of the pages", "panel.countdown_seconds": 9, "storage.retention_days": 30}
    now = settings.with_pages(set_there)
    assert now.config.clinic.name == "of the pages"
    assert now.config.clinic.emergency_contact == "112"
    assert now.config.panel.countdown_seconds == 1
    assert now.config.storage.retention_days == 30
    assert now.config.web.port == 9000
    assert now.config.screen.finding_seconds == 60
    assert [
        now.origins[name] for name in (*set_there, "clinic.emergency_contact", "screen.finding_seconds")
    ] == [
        "pages",
        "option",
        "pages",
        f"file {path}",
        "default",
    ]
    assert now.origins.keys() == flatten(Config().model_dump()).keys()
    assert (now.home, now.config_file) == (settings.home, settings.config_file)


def test_pages_can_take_back_what_the_file_says(written):
    settings = load_settings(config_file=written("[storage]\nretention_days = 30\n"))
    now = settings.with_pages({"storage.retention_days": None})
    assert now.config.storage.retention_days is None
    assert now.origins["storage.retention_days"] == "pages"


def test_what_pages_said_before_counts_no_more():
    before = load_settings().with_pages({"clinic.name": "St. Ada", "panel.countdown_seconds": 3})
    now = before.with_pages({"clinic.name": "St. Bo"})
    assert (now.config.clinic.name, now.config.panel.countdown_seconds) == ("St. Bo", 0)
    assert now.origins["panel.countdown_seconds"] == "default"
    assert before.config.clinic.name == "St. Ada"
    assert now.with_pages({}) == load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("panel.countdown_seconds", 11),
        ("storage.retention_days", 0),
        ("screen.finding_seconds", "long"),
        ("clinic.name", " "),
        ("clinic.red_flags", ["Fever.", ""]),
        ("clinic.language", "xx"),
        ("clinic.nmae", "St. Ada"),
    ],
)
def test_a_page_value_that_does_not_hold_is_named_and_not_blamed_on_the_file(written, name, value):
    settings = load_settings(config_file=written('[clinic]\nname = "St. Ada"\n'))
    with pytest.raises(ConfigInvalid, match=rf"^pages: {name}: "):
        settings.with_pages({name: value})
