"""The text that Prometheus reads (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4)."""

from bot.exposition import Family, gauge, histogram, text_of


def test_a_number_stands_below_what_it_means() -> None:
    text = text_of([gauge("billhook_due", "What has\ncome due.", 7.0)])

    assert text == "# HELP billhook_due What has\\ncome due.\n# TYPE billhook_due gauge\nbillhook_due 7\n"


def test_labels_cannot_break_out_of_their_quotes() -> None:
    family = Family("billhook_x", "counter", "X.", [("", {"route": 'a"b\\c\nd', "status": "200"}, 0.25)])

    text = text_of([family])

    assert text.splitlines()[2] == 'billhook_x{route="a\\"b\\\\c\\nd",status="200"} 0.25'


def test_a_histogram_counts_what_took_at_most_as_long() -> None:
    samples = list(histogram({"route": "/i"}, (0.1, 1.0), [3, 4, 2], 6.5))

    text = text_of([Family("billhook_s", "histogram", "S.", samples)])

    assert text.splitlines()[2:] == [
        'billhook_s_bucket{route="/i",le="0.1"} 3',
        'billhook_s_bucket{route="/i",le="1"} 7',
        'billhook_s_bucket{route="/i",le="+Inf"} 9',
        'billhook_s_sum{route="/i"} 6.5',
        'billhook_s_count{route="/i"} 9',
    ]


def test_what_has_no_number_is_left_out() -> None:
    assert text_of([Family("billhook_x", "gauge", "X.", [])]) == ""
