"""Where people may sign on, for the pages that offer it."""

from django import template

from comity.node.sign_on import configured

register = template.Library()


@register.simple_tag
def providers() -> list[tuple[str, str]]:
    """The id and the name of each provider that the operator set up."""
    return [(ident, source.name) for ident, source in configured.offered().items()]
