from tests.storage.fixtures import clock, neighbour, session_storage, shop, storage

__all__ = ["clock", "neighbour", "session_storage", "shop", "storage"]
