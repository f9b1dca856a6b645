"""A real node as a process, and people who use it in a real browser."""

import pytest

from tests.browser.person import Person
from tests.real_node import Node


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    running = Node(tmp_path_factory.mktemp("node"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def administrator(node, browser):
    person = Person(browser, node.url, "Administrator")
    person.join(node.first)
    yield person
    person.leave()


@pytest.fixture(scope="module")
def owner(administrator, browser, node):
    person = Person(browser, node.url, "Owner")
    person.join(administrator.invite("Owner", "Duty officer", "Releasing officer"))
    yield person
    person.leave()
