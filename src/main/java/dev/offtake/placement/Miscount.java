package dev.offtake.placement;

/** What is kept up to date is not what is there, or more was given than there is: a fault of this program. */
public final class Miscount extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final Rule rule;

    /** What is broken. */
    public enum Rule {
        /** Something is counted otherwise than it is. */
        COUNT("Count"),
        /** No GPU, CPU or memory of a node is given twice. */
        I1("I1"),
        /** At placement a gang has all that it needs, or nothing. */
        I2("I2"),
        /** No placement raises what is claimed above what its account is entitled to. */
        I3("I3"),
        /** Every unclaimed entitlement stays servable. */
        I4("I4"),
        /** Every eviction names a plan that was complete when it was issued. */
        I5("I5"),
        /** No decision puts more nodes of a cell in use than it may give. */
        SPARES("Spares"),
        /** Whether anything is broken cannot be told: the check itself is at fault, or what it looks at is not as it expects. */
        CHECK("Check");

        private final String label;

        Rule(String label) {
            this.label = label;
        }

        /** Its name for users. */
        @Override
        public String toString() {
            return label;
        }
    }

    /** Something is counted otherwise than it is. */
    public Miscount(String message) {
        this(Rule.COUNT, message);
    }

    public Miscount(Rule rule, String message) {
        super(rule + ": " + message);
        this.rule = rule;
    }

    /** The check did not come to its end. */
    public Miscount(RuntimeException cause) {
        super(Rule.CHECK + ": " + cause, cause);
        rule = Rule.CHECK;
    }

    public Rule rule() {
        return rule;
    }

    /** Two counts of the same thing that have to be equal, of which the format and the names say what it is. */
    public static void compareNumbers(long kept, long counted, String format, Object... names) {
        if (kept != counted) {
            compare(kept, counted, format, names);
        }
    }

    /** The same of anything else. */
    public static void compare(Object kept, Object counted, String format, Object... names) {
        if (!kept.equals(counted)) {
            throw new Miscount(String.format(format + ": ", names) + "kept " + kept + ", counted " + counted);
        }
    }
}
