"""Settings from the environment, and the checks before a server starts."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from etl.indicators import periods
from etl.publisher.iati import NO_SETTINGS, Partner, Share
from etl.settings import CAMBODIA, Settings, SettingsError, read_settings

SECRET = "s" * 32


def test_an_empty_environment_gives_the_defaults():
    settings = read_settings({})
    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8050)
    assert settings.database_kind == "sqlite"


def test_a_blank_variable_counts_as_not_set():
    assert read_settings({"PORT": "  ", "DATABASE_URL": ""}) == Settings()


def test_reading_settings_reports_every_error():
    environ = {"PORT": "eighty", "PROXIES": "-1", "CLOCK": "noon", "DATABASE_URL": "mysql://x", "PUBLIC_ONLY": "maybe"}
    environ["PUBLIC_ADDRESS"] = "cardec.example"
    with pytest.raises(SettingsError) as raised:
        read_settings(environ)
    assert len(raised.value.errors) == 6
    for name in environ:
        assert name in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_works(scheme):
    settings = read_settings({"DATABASE_URL": f"{scheme}://ann:pw@db.example/cardec"})
    assert settings.database_url == "postgresql+psycopg://ann:pw@db.example/cardec"
    assert settings.database_kind == "postgresql"


@pytest.mark.parametrize("address", ["postgresql://db.example", "sqlite:///", "sqlite://", "cardec.db"])
def test_a_url_without_a_database_is_an_error(address):
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        read_settings({"DATABASE_URL": address})


def test_secrets_are_not_shown():
    settings = read_settings({"SECRET_KEY": SECRET, "DATABASE_URL": "postgres://ann:hidden@db/cardec"})
    assert SECRET not in repr(settings)
    assert "hidden" not in repr(settings)
    with pytest.raises(SettingsError) as raised:
        read_settings({"DATABASE_URL": "mysql://ann:hidden@db/cardec"})
    assert "hidden" not in str(raised.value)


def test_cookies_are_secure_wherever_others_reach_the_server():
    assert not read_settings({}).session_cookie_secure
    assert read_settings({"HOST": "0.0.0.0"}).session_cookie_secure
    assert not read_settings({"HOST": "0.0.0.0", "SESSION_COOKIE_SECURE": "0"}).session_cookie_secure


def test_a_fixed_clock_is_read_as_cambodian_time():
    assert read_settings({"CLOCK": "2025-11-03T08:00"}).now() == datetime(2025, 11, 3, 8, tzinfo=CAMBODIA)
    assert read_settings({"CLOCK": "2025-12-31T20:00:00+00:00"}).today() == date(2026, 1, 1)


def test_without_a_fixed_clock_now_has_the_cambodian_zone():
    now = Settings().now()
    assert now.utcoffset() == timedelta(hours=7)
    assert abs(now - datetime.now(CAMBODIA)) < timedelta(minutes=1)


def test_the_core_and_the_settings_mean_the_same_zone():
    assert CAMBODIA == periods.CAMBODIA


def test_a_server_with_a_secret_key_may_start():
    Settings(secret_key=SECRET, host="0.0.0.0", public_address="https://cardec.example").check_server()


@pytest.mark.parametrize("more", [{"host": "0.0.0.0"}, {"proxies": 1}])
def test_a_server_that_others_reach_must_know_its_address(more):
    with pytest.raises(SettingsError, match="PUBLIC_ADDRESS"):
        Settings(secret_key=SECRET, **more).check_server()
    Settings(secret_key=SECRET, public_only=True, **more).check_server()


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_server_without_a_good_secret_key_does_not_start(secret):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Settings(secret_key=secret).check_server()


def test_the_sample_is_served_on_loopback():
    Settings(secret_key=SECRET, database_url="sqlite:///var/sample.db").check_server(has_sample_accounts=True)


def test_the_sample_is_refused_where_others_reach_it():
    settings = Settings(secret_key=SECRET, database_url="sqlite:///var/sample.db", host="0.0.0.0")
    with pytest.raises(SettingsError, match="loopback"):
        settings.check_server()


def test_sample_accounts_in_another_database_are_refused():
    with pytest.raises(SettingsError, match="sample accounts"):
        Settings(secret_key=SECRET).check_server(has_sample_accounts=True)


def test_a_fixed_clock_is_refused_where_others_reach_it():
    with pytest.raises(SettingsError, match="CLOCK"):
        Settings(secret_key=SECRET, host="0.0.0.0", fixed_now=datetime(2025, 1, 1, tzinfo=CAMBODIA)).check_server()


@pytest.mark.parametrize("text", ["https://cardec.example", "https://cardec.example/", "http://127.0.0.1:8050"])
def test_the_public_address_is_an_origin(text):
    assert read_settings({"PUBLIC_ADDRESS": text}).public_address == text.rstrip("/")


@pytest.mark.parametrize("text", ["cardec.example", "ftp://cardec.example", "https://cardec.example/km", "https://"])
def test_a_public_address_that_cannot_be_one_is_an_error(text):
    with pytest.raises(SettingsError, match="PUBLIC_ADDRESS"):
        read_settings({"PUBLIC_ADDRESS": text})


def test_the_licence_and_the_contact_of_editions_are_checked():
    settings = read_settings({"DATA_LICENCE": "CC-BY-4.0", "CONTACT": "info@cardec.example"})
    assert (settings.publisher.licence, settings.publisher.contact) == ("CC-BY-4.0", "info@cardec.example")
    with pytest.raises(SettingsError) as raised:
        read_settings({"DATA_LICENCE": "free", "CONTACT": "ask us"})
    assert len(raised.value.errors) == 2 and "CC-BY-4.0" in str(raised.value)


def test_the_iati_settings_have_organisations_by_role_and_shares():
    partners = "funding 40 XM-DAC-0 A bank; accountable 10 - The ministry"
    environ = {"IATI_ORGANISATION": "KH-XYZ-1", "IATI_PARTNERS": partners, "IATI_SECTORS": "31182=40.5 31166=59.5"}
    iati = read_settings({**environ, "IATI_COUNTRIES": "KH"}).publisher.iati
    assert (iati.organisation, iati.organisation_type) == ("KH-XYZ-1", "10")
    assert iati.partners == (Partner("1", "40", "XM-DAC-0", "A bank"), Partner("2", "10", "", "The ministry"))
    assert iati.sectors == (Share("31182", Decimal("40.5")), Share("31166", Decimal("59.5")))
    assert iati.countries == (Share("KH", Decimal(100)),)
    assert read_settings({}).iati == NO_SETTINGS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("IATI_ORGANISATION", "KH/XYZ"),
        ("IATI_ORGANISATION_TYPE", "99"),
        ("IATI_PARTNERS", "donor 40 - A bank"),
        ("IATI_PARTNERS", "funding 41 - A bank"),
        ("IATI_PARTNERS", "funding 40 XM|0 A bank"),
        ("IATI_PARTNERS", "funding 40 -"),
        ("IATI_SECTORS", "311"),
        ("IATI_SECTORS", "31182=50 31166=49"),
        ("IATI_SECTORS", "31182=50 31182=50"),
        ("IATI_SECTORS", "31182 31166"),
        ("IATI_SECTORS", "31182=100 31166=0"),
        ("IATI_COUNTRIES", "Cambodia"),
    ],
)
def test_an_iati_setting_that_cannot_be_one_is_an_error(name, text):
    with pytest.raises(SettingsError, match=name) as raised:
        read_settings({name: text})
    assert len(raised.value.errors) == 1


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"PUBLIC_ADDRESS": "https://www.example.org/cardec/"}, "/cardec"),
        ({"BASE_PATH": "/me/cardec/"}, "/me/cardec"),
        ({"PUBLIC_ADDRESS": "https://www.example.org", "BASE_PATH": ""}, ""),
    ],
)
def test_the_base_path_is_that_of_the_public_address_or_its_own_setting(environ, expected):
    assert read_settings(environ).base_path == expected


@pytest.mark.parametrize(
    "environ",
    [
        {"BASE_PATH": "cardec"},
        {"BASE_PATH": "/km"},
        {"BASE_PATH": "/a b"},
        {"PUBLIC_ADDRESS": "https://www.example.org/one", "BASE_PATH": "/two"},
        {"PUBLIC_ADDRESS": "https://www.example.org", "BASE_PATH": "/cardec"},
        {"PUBLIC_ADDRESS": "https://www.example.org/a?b=c"},
    ],
)
def test_a_base_path_that_cannot_work_is_an_error(environ):
    with pytest.raises(SettingsError):
        read_settings(environ)
