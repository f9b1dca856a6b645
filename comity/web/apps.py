"""The pages as a Django app, so that their templates and static files are found."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages without tables."""

    name = "comity.web"
    label = "web"
    verbose_name = "Pages"
