"""What the fake Slack was asked and what it noticed, and the settings that a test may change while it runs."""

from __future__ import annotations

from tests.fakes.slack_courier import Address, Courier
from tests.fakes.slack_faults import Fault, Pacer, Rates, Trouble, Troubles
from tests.fakes.slack_files import Files
from tests.fakes.slack_values import Call, Delivery, Impatient, Overrun, Sent
from tests.fakes.slack_world import Settings, World
from tests.fakes.watched import LAST, Watched


class Record(Watched):
    world: World
    settings: Settings
    _address: Address
    _courier: Courier
    _files: Files
    _troubles: Troubles
    _pacer: Pacer

    @property
    def calls(self) -> list[Call]:
        with self.world.changed:
            return list(self.world.calls)

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def violations(self) -> list[str]:
        """What a careful app never sends, or what the real server would let pass. A test ends with none."""
        with self.world.changed:
            return list(self.world.violations)

    def forgive(self) -> list[str]:
        """The violations so far, which are then forgotten: for a test that provoked them."""
        with self.world.changed:
            told = list(self.world.violations)
            self.world.violations.clear()
            return told

    @property
    def pings(self) -> list[str]:
        """Every live `<…>` in what the app sent, in order; formatted dates apart."""
        with self.world.changed:
            return list(self.world.pings)

    @property
    def deliveries(self) -> list[Delivery]:
        with self.world.changed:
            return list(self.world.deliveries)

    # What goes wrong.

    def fail_next(self, method: str, fault: Fault, *, times: int = 1) -> Trouble:
        """The next calls of this method ("*" is any, "upload" and "response_url" too) meet a fault."""
        with self.world.changed:
            return self._troubles.add(Trouble(fault, method, times))

    def fail_always(self, method: str, fault: Fault) -> Trouble:
        """Until it is lifted."""
        with self.world.changed:
            return self._troubles.add(Trouble(fault, method, None))

    @property
    def impatient(self) -> list[Impatient]:
        """Calls that came before the wait was over that an earlier 429 had asked for."""
        with self.world.changed:
            return list(self._troubles.impatient)

    @property
    def over_the_limit(self) -> list[Overrun]:
        """Messages that came too soon after another one in their channel, if there are rates."""
        with self.world.changed:
            return list(self._pacer.over_the_limit)

    @property
    def sent(self) -> list[Sent]:
        """Every message that was accepted, with its time."""
        with self.world.changed:
            return list(self._pacer.sent)

    # Settings.

    @property
    def request_url(self) -> str:
        """Where the app's one URL is; empty is nowhere, or Socket Mode."""
        return self._address.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self._address.request_url = url

    @property
    def ack_seconds(self) -> float:
        return self._address.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self._address.ack_seconds = seconds

    @property
    def signing_secret(self) -> str:
        return self._address.signing_secret

    @property
    def trigger_seconds(self) -> float:
        return self.settings.trigger_seconds

    @trigger_seconds.setter
    def trigger_seconds(self, seconds: float) -> None:
        self.settings.trigger_seconds = seconds

    @property
    def closed_views_tell_state(self) -> bool:
        return self.settings.closed_views_tell_state

    @closed_views_tell_state.setter
    def closed_views_tell_state(self, on: bool) -> None:
        self.settings.closed_views_tell_state = on

    @property
    def echo(self) -> bool:
        """Whether the app hears of its own messages in direct messages, as it does at Slack."""
        return self.settings.echo

    @echo.setter
    def echo(self, on: bool) -> None:
        self.settings.echo = on

    @property
    def file_seconds(self) -> float:
        """How long a file is worked on before people see it, and before files.info knows its place."""
        return self._files.seconds

    @file_seconds.setter
    def file_seconds(self, seconds: float) -> None:
        self._files.seconds = seconds

    @property
    def rates(self) -> Rates | None:
        return self._pacer.rates

    @rates.setter
    def rates(self, rates: Rates | None) -> None:
        with self.world.changed:
            self._pacer.rates = rates

    # Waiting.

    def next_call(self, method: str, after: int = 0, seconds: float = 10.0) -> Call:
        """The call number `after` of a method, counted from 0; waits until it was made."""

        def look() -> Call | None:
            made = self.calls_of(method)
            return made[after] if len(made) > after else None

        return self.wait_until(look, seconds, f"call {after} of {method}")

    def _lately(self) -> str:
        last = [(call.method, call.response.get("error", "ok")) for call in self.calls[-LAST:]]
        return f"the last calls are {last}, violations: {self.world.violations}"
