"""Plots as SVG, written by hand so that nothing has to be installed for them."""

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 64, 150, 40, 52
COLOURS = {"darkroom": "#c1121f", "darkroom-speed": "#f4722b", "oximg": "#1d3557", "ipx": "#2a9d8f",
           "thumbor": "#8d6b94", "imgproxy": "#457b9d", "imagor": "#6c757d", "nginx": "#333333"}


@dataclass(frozen=True)
class Line:
    name: str
    points: tuple[tuple[float, float], ...]


def scatter(title: str, across: str, up: str, lines: list[Line]) -> str:
    """Points joined by lines, one colour for each server."""
    points = [point for line in lines for point in line.points]
    if not points:
        return _page(title, [])
    scale_x, scale_y = _scale([x for x, _ in points], LEFT, WIDTH - RIGHT), _scale(
        [y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = _axes(across, up, scale_x, scale_y)
    # The first lies on top, with smaller points, so that one of equal values shows behind it as a ring.
    for number, line in reversed(list(enumerate(lines))):
        colour = COLOURS.get(line.name, "#000000")
        placed = [(scale_x.place(x), scale_y.place(y)) for x, y in sorted(line.points)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        if len(placed) > 1:
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        radius = 5.5 if number else 3.5
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>' for x, y in placed]
        parts += _legend(number, line.name, colour)
    return _page(title, parts)


def bars(title: str, up: str, groups: dict[str, dict[str, float]]) -> str:
    """A bar for each name, stacked of the same parts: `{name: {part: value}}`."""
    shades = ["#1d3557", "#e9a23b", "#8d99ae", "#2a9d8f"]
    tallest = max((sum(parts.values()) for parts in groups.values()), default=0)
    scale = _scale([0, tallest], HEIGHT - BOTTOM, TOP)
    drawn = _axis_up(up, scale)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(groups))
    names = list(dict.fromkeys(part for parts in groups.values() for part in parts))
    for column, (name, parts) in enumerate(groups.items()):
        x, below = LEFT + (column + 0.2) * step, 0.0
        for part in names:
            low, high = scale.place(below), scale.place(below + parts.get(part, 0))
            drawn.append(f'<rect x="{x:.1f}" y="{high:.1f}" width="{step * 0.6:.1f}" height="{low - high:.1f}" '
                         f'fill="{shades[names.index(part) % len(shades)]}"/>')
            below += parts.get(part, 0)
        drawn.append(_text(x + step * 0.3, HEIGHT - BOTTOM + 18, name, "middle"))
    for number, part in enumerate(names):
        drawn += _legend(number, part, shades[number % len(shades)])
    return _page(title, drawn)


@dataclass(frozen=True)
class Scale:
    low: float
    high: float
    start: float
    end: float
    step: float

    def place(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [self.low + number * self.step for number in range(round((self.high - self.low) / self.step) + 1)]


def _scale(values: list[float], start: float, end: float) -> Scale:
    """From a round number below the values to one above them, in four to ten steps of 1, 2 or 5 times a power of ten."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    power = 1.0
    while power * 10 <= span:
        power *= 10
    while power > span:
        power /= 10
    step = next(step for step in (power / 5, power / 2, power, power * 2) if span / step <= 8)
    first, last = low // step * step, -(-high // step) * step
    return Scale(first, last if last > first else first + step, start, end, step)


def _axes(across: str, up: str, scale_x: Scale, scale_y: Scale) -> list[str]:
    parts = _axis_up(up, scale_y)
    for value in scale_x.ticks():
        x = scale_x.place(value)
        parts.append(_line(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{value:g}", "middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across, "middle"))
    return parts


def _axis_up(up: str, scale: Scale) -> list[str]:
    parts = [_text(LEFT - 8, TOP - 12, up, "start")]
    for value in scale.ticks():
        y = scale.place(value)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y))
        parts.append(_text(LEFT - 8, y + 4, f"{value:g}", "end"))
    return parts


def _legend(number: int, name: str, colour: str) -> list[str]:
    y = TOP + 10 + number * 20
    return [f'<rect x="{WIDTH - RIGHT + 16}" y="{y - 9}" width="12" height="12" fill="{colour}"/>',
            _text(WIDTH - RIGHT + 34, y + 2, name, "start")]


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#d8d8d8"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _page(title: str, parts: list[str]) -> str:
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="12">')
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    name = f'<text x="{WIDTH / 2}" y="18" text-anchor="middle" font-size="14">{escape(title)}</text>'
    return "\n".join([head, ground, name, *parts, "</svg>"]) + "\n"
