"""Reads a page of metrics from standard input with Prometheus's own client; prints it as JSON.

Runs in the virtual environment that has prometheus_client. What that does not take ends this with
its complaint.
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families


def main():
    """Prints `[[name, type, help, [[sample, labels, value], …]], …]`."""
    families = text_string_to_metric_families(sys.stdin.buffer.read().decode("utf-8"))
    json.dump([[family.name, family.type, family.documentation,
                [[sample.name, sample.labels, sample.value] for sample in family.samples]]
               for family in families], sys.stdout)


if __name__ == "__main__":
    main()
