"""A node that was set up before has objects and terms after it was brought up to date."""

import pytest
from django.core.management import call_command

from comity.node import search
from comity.node.models import Object
from comity.node.projections import Tables
from comity.node.services import open_record
from tests.node.test_projections import KEYS, REFS, filed, opening, write


@pytest.mark.django_db(transaction=True)
def test_entries_that_were_applied_before_are_applied_anew(settings, tmp_path):
    settings.HOME = tmp_path
    with open_record() as record:
        write(record, opening(KEYS[0]))
        write(record, filed(KEYS[0], REFS))
        Tables().catch_up(record)
        call_command("migrate", "node", "0001", verbosity=0)
        call_command("migrate", "node", verbosity=0)
        assert not Object.objects.exists()
        Tables().catch_up(record)
        assert Object.objects.count() == len(REFS)
        assert search.objects("198.51.100.7").exists()
        assert search.incidents("incident").exists()
