"""A workspace as tests handle it: its people and channels, and the end of an installation."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.slack_modals import Person
from tests.fakes.slack_people import Post
from tests.fakes.slack_values import Ack, Impossible, Json
from tests.fakes.slack_world import Channel, Workspace


class Team(Workspace):
    """Made by FakeSlack.team. `bot_token` is that of the last installation."""

    def __init__(self, post: Post, team_id: str, name: str, enterprise_id: str | None) -> None:
        world = post.world
        domain = name.lower().replace(" ", "-")
        super().__init__(team_id, name, domain, enterprise_id, world.id("U"), world.id("B"))
        self._post = post
        self._world = world

    def person(
        self, name: str, id: str | None = None, locale: str = "en-GB", tz: str = "Europe/Berlin"
    ) -> Person:
        """Somebody of this name; the same one if there is one already."""
        world = self._world
        with world.changed:
            for known in world.people.values():
                if known.workspace is self and known.name == name and id in {None, known.id}:
                    assert isinstance(known, Person)
                    return known
            person = Person(self._post, id or world.id("U"), name, self, locale, tz)
            world.people[person.id] = person
            return person

    def channel(
        self, name: str, members: Iterable[Person] = (), *, bot: bool = True, private: bool = False
    ) -> Channel:
        world = self._world
        with world.changed:
            people = {person.id for person in members}
            channel = Channel(world.id("C"), name, self.id, people, bot, private)
            world.channels[channel.id] = channel
            return channel

    def install(self) -> str:
        """As if somebody had gone through the pages; gives the new bot token."""
        with self._world.changed:
            self.installed = True
            self.bot_token = self._world.new_token(self)
            return self.bot_token

    def uninstall(self, first: str = "tokens_revoked") -> list[Ack]:
        """Every token of the workspace stops working, and two events tell of it, in either order."""
        world = self._world
        with world.changed:
            if not self.installed:
                raise Impossible(f"the app is not installed in {self.name}")
            self.installed = False
            for grant in world.grants.values():
                if grant.workspace is self and not grant.ended:
                    grant.ended = "account_inactive"
            revoked: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user_id]}}
            events = [revoked, {"type": "app_uninstalled"}]
            if first != "tokens_revoked":
                events.reverse()
            for event in events:
                event["event_ts"] = world.ts()
        return [self._post.send_event(self, event) for event in events]
