"""What tzlocal gives for the local time zone must do wherever a zone of pytz does. Run with TZ=Europe/Berlin."""

from datetime import datetime

import pytest
import pytz

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from apscheduler.util import astimezone

BERLIN = pytz.timezone('Europe/Berlin')


class Scheduler(BaseScheduler):
    def shutdown(self, wait=True):
        pass

    def wakeup(self):
        pass


@pytest.mark.parametrize('trigger', [CronTrigger(hour=3), IntervalTrigger(hours=1)], ids=['cron', 'interval'])
def test_zone_can_be_given_on(trigger):
    astimezone(trigger.timezone)


@pytest.mark.parametrize('make', [lambda: CronTrigger(hour=3), lambda: IntervalTrigger(hours=1)], ids=['cron', 'interval'])
def test_local_zone_is_one_of_pytz(make):
    assert make().timezone == BERLIN


def test_scheduler_takes_the_local_zone():
    scheduler = Scheduler()
    assert scheduler.timezone == BERLIN
    assert scheduler._create_trigger('cron', {'hour': 3}).timezone == BERLIN


def test_cron_keeps_the_hour_when_clocks_change():
    trigger = CronTrigger(hour=9)
    before = BERLIN.localize(datetime(2021, 3, 27, 9, 0))
    following = trigger.get_next_fire_time(before, BERLIN.localize(datetime(2021, 3, 27, 9, 1)))
    assert following == BERLIN.localize(datetime(2021, 3, 28, 9, 0))
    assert following.utcoffset() != before.utcoffset()


def test_interval_is_true_time_when_clocks_change():
    trigger = IntervalTrigger(hours=2, start_date='2021-03-28 01:00:00')
    start = BERLIN.localize(datetime(2021, 3, 28, 1, 0))
    following = trigger.get_next_fire_time(start, start)
    assert following == BERLIN.localize(datetime(2021, 3, 28, 4, 0))


def test_date_is_local():
    trigger = DateTrigger('2021-07-01 12:00:00')
    assert trigger.run_date == BERLIN.localize(datetime(2021, 7, 1, 12, 0))
