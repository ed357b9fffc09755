package dev.offtake.operator.decide;

import dev.offtake.operator.metrics.Catalog;
import dev.offtake.placement.Miscount;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the faults that the scheduler finds in its own decisions, or in the check of them; it goes on. */
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private final Map<Miscount.Rule, Counter> counters = new EnumMap<>(Miscount.Rule.class);

    /** All counters are there from the start, so that the first fault is an increase. */
    Faults(MeterRegistry metrics) {
        for (Miscount.Rule rule : Miscount.Rule.values()) {
            counters.put(rule, Catalog.INVARIANT_VIOLATIONS.counter(metrics, rule.toString()));
        }
    }

    void found(Miscount fault) {
        LOG.error(
                fault.rule() == Miscount.Rule.CHECK
                        ? "the check of a decision failed: please report this with the log before it"
                        : "a decision broke an invariant: please report this with the log before it",
                fault);
        Counter counter = counters.get(fault.rule());
        if (counter != null) {
            counter.increment();
        }
    }
}
