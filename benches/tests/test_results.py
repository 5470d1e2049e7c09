"""From measurements to verdicts, tables and plots."""

import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

import memory
import plots
import tables
import targets
from load import quantile, turned
from servers import Server


def row(rates, cpu=10.0, size=1000.0, score=80.0, least=70.0):
    return {"per_second": rates[0], "cpu_ms": cpu, "user_ms": cpu, "system_ms": 0.0, "p50_ms": 1.0, "p95_ms": 2.0,
            "peak_mib": 50.0, "bytes": size, "faults": 0, "rounds": {"per_second": list(rates)},
            "score": {"median": score, "mean": score, "least": least}}


def verdict(target: str, results: dict) -> targets.Verdict:
    return next(each for each in targets.verdicts(results) if each.target.startswith(target))


class Quantiles(unittest.TestCase):
    def test_known_values(self):
        hundred = list(range(100, 0, -1))
        for part, expected in ((0.5, 50), (0.95, 95), (0.99, 99), (1, 100)):
            self.assertEqual(quantile(hundred, part), expected)
        self.assertEqual((quantile([7], 0.95), quantile([], 0.95)), (7, 0))


class Rounds(unittest.TestCase):
    def test_each_begins_with_another_one(self):
        rounds = [turned(["a", "b", "c"], number) for number in range(4)]
        self.assertEqual(rounds, [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"]])


class Targets(unittest.TestCase):
    def test_met_only_when_all_of_it_is(self):
        oximg = row([10, 10, 10])
        for ours, met in ((row([22, 30, 23], size=1030, score=79), True), (row([22, 21, 21]), False),
                          (row([30], size=1031), False), (row([30], score=78.9), False)):
            found = verdict("JPEG 512", {"cold": {"jpg512": {"darkroom": ours, "oximg": oximg}}})
            self.assertEqual(found.met, met, found)

    def test_ratios_are_taken_within_a_round(self):
        # The machine became ten times slower after the first round: the ratio stays.
        self.assertEqual(targets.faster(row([100, 10, 10]), row([50, 5, 5])), 2)

    def test_every_peer_counts(self):
        rows = {"darkroom": row([20]), "ipx": row([10]), "oximg": row([11])}
        found = verdict("progressive", {"cold": {"progressive512": rows}})
        self.assertFalse(found.met)
        self.assertIn("1.82 × oximg", found.measured)

    def test_what_is_missing_is_neither_met_nor_missed(self):
        self.assertTrue(all(each.met is None for each in targets.verdicts({})))
        alone = {"cold": {"progressive512": {"darkroom": row([20])}}}
        self.assertIsNone(verdict("progressive", alone).met)

    def test_processor_time_beside_the_plain_cell(self):
        rows = {"jpg512": {"darkroom": row([1], cpu=10)}, "p3-512": {"darkroom": row([1], cpu=10.6)}}
        self.assertFalse(verdict("Display P3", {"cold": rows}).met)

    def test_rounds_that_were_made_for_it_count_more(self):
        def rows(*spent):
            made = {"darkroom": row([1] * len(spent))}
            made["darkroom"]["rounds"]["cpu_ms"] = list(spent)
            return made

        cold = {"jpg512": {"darkroom": row([1], cpu=10)}, "p3-512": {"darkroom": row([1], cpu=10.6)}}
        for spent, met in (((10.4, 10.5, 99.0, 1.0), True), ((10.6, 10.5, 99.0, 1.0), False)):
            found = verdict("Display P3", {"cold": cold, "beside": {"jpg512": rows(10, 10, 10, 10), "p3-512": rows(*spent)}})
            self.assertEqual(found.met, met, found)


class Steps(unittest.TestCase):
    def test_the_cost_of_the_step_is_added_to_what_the_plain_cell_may_take(self):
        for cpu, met in ((14.0, True), (14.1, False)):
            rows = {"fit300": {"darkroom": row([1], cpu=10)},
                    "pad300": {"darkroom": {**row([1], cpu=cpu), "step_ms": 2.0}}}
            found = verdict("padded", {"cold": rows})
            self.assertEqual(found.met, met, found)
            self.assertIn("allowed are 14.0, the step's 2.0", found.measured)

    def test_without_that_cost_nothing_is_said(self):
        rows = {"fit300": {"darkroom": row([1], cpu=10)}, "pad300": {"darkroom": row([1], cpu=10)}}
        self.assertIsNone(verdict("padded", {"cold": rows}).met)


class Flatness(unittest.TestCase):
    def cycles(self, values):
        return [memory.Cycle(value, value + 10) for value in values]

    def test_growth_is_told_apart_from_warming_up(self):
        flat = memory.flatness(self.cycles([10.0] * 3 + [100.0] * 27))
        self.assertAlmostEqual(flat["growth_percent"], 0)
        self.assertAlmostEqual(flat["error_percent"], 0)
        leak = memory.flatness(self.cycles([100.0 + number for number in range(30)]))
        self.assertGreater(leak["growth_percent"], 15)
        self.assertEqual(leak["most"], 139)

    def test_the_error_is_that_of_means_over_cycles(self):
        # Thirds of nine, each with a standard deviation of 10: ± √(100/9 + 100/9) on 100.
        third = [100 - 75 ** 0.5, 100.0, 100 + 75 ** 0.5, 100 - 75 ** 0.5, 100.0, 100 + 75 ** 0.5]
        found = memory.flatness(self.cycles([0.0, 0.0] + third * 3))
        self.assertAlmostEqual(found["growth_percent"], 0)
        deviation = (sum((each - 100) ** 2 for each in third) / 5) ** 0.5
        self.assertAlmostEqual(found["error_percent"], (2 * deviation ** 2 / 6) ** 0.5)

    def test_samples_belong_to_the_cycle_that_they_were_taken_in(self):
        samples = [(0.5, 10.0), (1.0, 20.0), (1.5, None), (1.9, 40.0), (9.0, 1.0)]
        found = memory.by_cycle(samples, [0.0, 1.0, 2.0, 3.0])
        self.assertEqual(found, [memory.Cycle(10.0, 10.0), memory.Cycle(30.0, 40.0)])

    def test_a_verdict_needs_time_and_a_small_error(self):
        for growth, error, minutes, met in ((4.9, 2.5, 30, True), (-5.1, 0.1, 30, False), (0.0, 2.6, 30, None),
                                            (0.0, 0.1, 29, None)):
            found = {"growth_percent": growth, "error_percent": error, "minutes": minutes, "early": 1.0, "late": 1.0}
            self.assertEqual(verdict("memory flat", {"steady": found}).met, met, found)

    def test_each_cycle_asks_for_every_source_in_every_format(self):
        class Two:
            def paths(self, folder):
                return [f"{folder}/a", f"{folder}/b"]

        asked = memory.mixed(Two())
        pairs = {(each.path, each.kind) for each in asked}
        self.assertEqual(len(pairs), 6 * 4)
        self.assertEqual({each.shape for each in asked}, {"fit", "fill", "pad"})
        self.assertEqual(asked, memory.mixed(Two()))


class Tables(unittest.TestCase):
    def test_only_what_stands_between_the_marks_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder) / "a.md"
            kept = "<!-- results: burst -->\nolder\n<!-- end of results -->\nby hand\n"
            document.write_text(f"# A\n<!-- results: cold -->\nold\n<!-- end of results -->\n{kept}")
            tables.write(document, {"cold": {"jpg512": {"darkroom": row([20]), "ipx": row([10])}}})
            text = document.read_text()
        self.assertTrue(text.startswith("# A\n<!-- results: cold -->\n"))
        self.assertTrue(text.endswith(kept))
        self.assertIn("| jpg512 ipx | 10.0 | 10.0 | 1 / 2 | 50 | 1000 | 80.0 / 80.0 / 70.0 | 2.00 × |", text)
        self.assertNotIn("old\n<!-- end", text.replace(kept, ""))


    def test_photographs_that_nothing_was_tuned_on_are_judged_by_what_was_measured_of_them(self):
        text = tables.unseen({"jpg300": {"darkroom": row([20], score=77.9)}})
        self.assertIn("| JPEG 300: score ≥ 78 | score 77.9 | **no** |", text)
        self.assertNotIn("not measured", text)


class Plots(unittest.TestCase):
    def test_points_lie_within_the_axes(self):
        for values in ([0.5], [3, 4], [20000, 81000.5], [-3, 70], [0, 0]):
            scale = plots._scale(values, 0, 100)
            self.assertTrue(all(-1e-6 <= scale.place(value) <= 100 + 1e-6 for value in values), values)
            self.assertIn(len(scale.ticks()), range(2, 12), values)

    def test_well_formed(self):
        line = plots.Line("a & b", ((1.0, 2.0), (3.0, 5.0)))
        for text in (plots.scatter("x < y", "x", "y", [line]), plots.scatter("none", "x", "y", []),
                     plots.bars("b", "ms", {"a": {"user": 2.0, "system": 1.0}, "c": {"user": 1.0}})):
            self.assertTrue(xml.fromstring(text).tag.endswith("svg"))


class Urls(unittest.TestCase):
    def test_every_server_says_what_it_cannot_do(self):
        from asked import Asked
        from peers import SERVERS

        plain = Asked("plain/a.jpg", "jpg", 512, 511, 80)
        shapes = [plain, *(Asked("plain/a.jpg", "jpg", 9, 9, 80, shape) for shape in ("fill", "pad")),
                  *(Asked("plain/a.jpg", "jpg", 9, 9, 80, effect=effect) for effect in ("blur", "watermark"))]
        for name, server in SERVERS.items():
            urls = [server(Path("/photos"), Path("/scratch")).url(asked) for asked in shapes]
            self.assertIn("511", urls[0], name)
            given = [url for url in urls if url]
            self.assertEqual(len(set(given)), len(given), f"{name}: {urls}")
            self.assertTrue(issubclass(server, Server))


if __name__ == "__main__":
    unittest.main()
