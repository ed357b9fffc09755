package dev.offtake.schedule;

import java.util.HashMap;
import java.util.Map;

/** The templates of gangs: one object for all that are equal, as long as not too many are known. */
final class Templates {
    /** Distinct templates remembered, each with the specification of one gang that may be gone. */
    private static final int MOST = 16_384;

    private final Map<Template, Template> known = new HashMap<>();

    /** That of a specification. */
    Template of(GangSpec spec) {
        if (known.size() >= MOST) {
            known.clear();
        }
        return known.computeIfAbsent(new Template(spec), template -> template);
    }
}
