from tests.storage.busy import busy_shop
from tests.storage.fixtures import clock, neighbour, selling, session_storage, shop, storage

__all__ = ["busy_shop", "clock", "neighbour", "selling", "session_storage", "shop", "storage"]
