package dev.offtake.placement;

/** What is kept up to date is not what is there, or more was given than there is: a fault of this program. */
public final class Miscount extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public Miscount(String message) {
        super(message);
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
