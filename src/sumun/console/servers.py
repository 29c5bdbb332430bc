"""A resource as people call it."""

from sumun.console.rendering import Translate


def server_in_words(resource: str, issuer: str, translate: Translate) -> str:
    """Return what people call the resource."""
    own_tools = f"{issuer.rstrip('/')}/mcp"
    if resource == own_tools:
        return translate("Sumun's own tools")
    if resource.startswith(f"{own_tools}/"):
        return resource.removeprefix(f"{own_tools}/")
    return translate("this server")
