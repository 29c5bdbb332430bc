"""The ASGI application and the hardened HTTP protocol it is served with."""
