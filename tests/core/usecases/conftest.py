from tests.storage.fixtures import clock, neighbour, selling, session_storage, shop, storage

__all__ = ["clock", "neighbour", "selling", "session_storage", "shop", "storage"]
