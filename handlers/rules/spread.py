"""How long many things took, counted by the second, however many they are."""

from array import array

HOUR = 3600


class Spread:
    """Whole seconds and how often each came, exact, in the space of the hours that occur.

    Two working months are less than five megabytes, of ten people as of a million.
    """

    def __init__(self) -> None:
        self.count = 0
        self._hours: dict[int, array[int]] = {}

    def add(self, seconds: int) -> None:
        """One more that took so long."""
        hour, second = divmod(seconds, HOUR)
        block = self._hours.get(hour)
        if block is None:
            block = self._hours[hour] = array("I", bytes(4 * HOUR))
        block[second] += 1
        self.count += 1

    def nearest(self, percent: int) -> float | None:
        """The shortest time that at least so many per cent did not exceed (nearest rank).

        None of nothing.
        """
        left = -(-percent * self.count // 100)
        for hour in sorted(self._hours):
            block = self._hours[hour]
            in_it = sum(block)
            if in_it < left:
                left -= in_it
                continue
            for second, often in enumerate(block):
                left -= often
                if left <= 0:
                    return float(hour * HOUR + second)
        return None
