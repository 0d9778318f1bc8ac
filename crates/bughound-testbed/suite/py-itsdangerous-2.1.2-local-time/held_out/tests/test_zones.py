"""When something was signed does not depend on where it is asked."""

import time
from datetime import datetime
from datetime import timezone

import pytest

from itsdangerous import TimestampSigner
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.exc import SignatureExpired


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kathmandu", "EST5EDT"])
def zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


# One in winter, one in summer, one in the hour that New York has twice.
@pytest.mark.parametrize("moment", [1673775000, 1689413400, 1667712600])
def test_date_signed(zone, moment, monkeypatch):
    signer = TimestampSigner("secret")
    monkeypatch.setattr(signer, "get_timestamp", lambda: moment)
    _, signed = signer.unsign(signer.sign("value"), return_timestamp=True)
    assert signed.tzinfo is timezone.utc
    assert signed == datetime(1970, 1, 1, tzinfo=timezone.utc).fromtimestamp(moment, timezone.utc)
    assert signed.timestamp() == moment


def test_expired_tells_when(zone, monkeypatch):
    serializer = URLSafeTimedSerializer("secret")
    signed = serializer.dumps({"a": 1})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100)
    with pytest.raises(SignatureExpired) as raised:
        serializer.loads(signed, max_age=10)
    assert abs(raised.value.date_signed.timestamp() - now) < 5
