package dev.offtake.operator.check;

/**
 * One line of the report.
 *
 * @param check what was looked at, e.g. {@code rights}
 * @param detail what was found, and for what is wrong the fix
 */
public record Finding(Outcome outcome, String check, String detail) {
    /** What a finding means. */
    public enum Outcome {
        OK,
        /** Worth knowing; the operator does its work. */
        WARN,
        /** The operator cannot do its work, or a promise does not hold. */
        FAIL
    }

    static Finding ok(String check, String detail) {
        return new Finding(Outcome.OK, check, detail);
    }

    static Finding warn(String check, String detail) {
        return new Finding(Outcome.WARN, check, detail);
    }

    static Finding fail(String check, String detail) {
        return new Finding(Outcome.FAIL, check, detail);
    }
}
