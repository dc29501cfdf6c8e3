"""An office whose people share workspaces, and some of whom write from a second platform."""

from __future__ import annotations

from bot.wiring import App
from handlers.kinds import ChatRef, SenderRef
from handlers.updates import Around, Pressed, Typed, Update
from storage.engine import Storage
from tests.fakes.platform import FakePlatform
from tests.scenarios.chat import Chat, Seen
from tests.scenarios.in_process import PLATFORM, Office, as_seen
from tests.scenarios.rendered import OnceRenderer

PHONE = "phone"
_THE_PHONE = "'s phone"


class Workspace(Office):
    """Everybody is of the workspace `home`, unless said otherwise; `ana's phone` is on the other platform."""

    def __init__(self, url: str) -> None:
        self.phone = FakePlatform(PHONE)
        self.away: set[str] = set()
        self.names: dict[str, str] = {}
        """What the platform says that somebody is really called."""
        super().__init__(url)

    def new_app(self, platform: FakePlatform | None = None) -> App:
        storage = Storage(self.url, self.clock, pool_size=4)
        return App(
            storage, self.clock, self.ids, OnceRenderer(), [platform or self.platform, self.phone],
        )  # fmt: skip

    def stranger(self, name: str) -> Chat:
        """Somebody of another workspace."""
        self.away.add(name)
        return self.person(name)

    def tenant_of(self, name: str) -> str:
        return f"{'AWAY' if name in self.away else 'HOME'}{self._suffix}"

    def mention(self, name: str) -> str:
        """As the platform writes it in a text."""
        return f"@{self.sender_of(name).identity}"

    def sender_of(self, name: str) -> SenderRef:
        if name.endswith(_THE_PHONE):
            return SenderRef(PHONE, f"{self._suffix}{name.removesuffix(_THE_PHONE)}", name)
        tenant = self.tenant_of(name)
        really = self.names.get(name, name)
        return SenderRef(PLATFORM, f"{tenant}/{name}", really, workspace=f"{PLATFORM}:{tenant}")

    def chat_of(self, name: str) -> ChatRef:
        sender = self.sender_of(name)
        return ChatRef(sender.platform, sender.identity)

    def channel(self, title: str, tenant_of: str = "ana") -> Around:
        return Around(ChatRef(PLATFORM, f"{self.tenant_of(tenant_of)}/#{title}"), title)

    def update(self, name: str, given: Typed | Pressed, around: Around | None = None) -> Update:
        self._updates += 1
        chat = self.chat_of(name)
        if around is not None:
            chat = ChatRef(PLATFORM, f"{around.chat.address}/{name}")
        update_id = f"{self._suffix}-{self._updates:06}"
        return Update(chat.platform, update_id, chat, self.sender_of(name), given, around=around)

    async def handle(self, update: Update) -> Seen:
        platform = self._platform(update.chat)
        # What somebody was told meanwhile stands above, and is no answer.
        await self.app.converse(update.chat.key)
        before = len(platform.shown_in(update.chat))
        await self.app.handle(update)
        (answer,) = platform.shown_in(update.chat)[before:]
        return as_seen(answer)

    async def hears(self, chat: Chat) -> Seen:
        """What somebody is told because of another person, and has not been shown yet: one message."""
        (told,) = await self.all_heard(chat)
        chat.seen = told
        return told

    async def all_heard(self, chat: Chat) -> list[Seen]:
        where = self.chat_of(chat.name)
        before = len(self._platform(where).shown_in(where))
        await self.app.converse(where.key)
        return [as_seen(shown) for shown in self._platform(where).shown_in(where)[before:]]

    def _platform(self, chat: ChatRef) -> FakePlatform:
        return self.phone if chat.platform == PHONE else self.platform


class Corner(Chat):
    """What one person says in a channel, and only they see answered."""

    def __init__(self, name: str, office: Workspace, around: Around) -> None:
        super().__init__(name, office)
        self.office = office
        self.around = around

    # Less than a chat's: a channel takes no file along, and the type says so.
    async def says(self, text: str) -> Seen:  # type: ignore[override]
        return self._read(await self.office.handle(self._update(Typed(text))), text)

    async def presses(self, label: str, on: Seen | None = None) -> Seen:
        seen = on or self.seen
        token = seen.tokens[seen.buttons.index(label)]
        return self._read(await self.office.handle(self._update(Pressed(token))), label)

    def _update(self, given: Typed | Pressed) -> Update:
        return self.office.update(self.name, given, self.around)
