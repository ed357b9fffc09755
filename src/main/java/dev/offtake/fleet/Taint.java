package dev.offtake.fleet;

/** A node taint; {@code value} is empty where the taint has none. */
public record Taint(String key, String value, Effect effect) {
    /** What the taint does to pods that do not tolerate it. */
    public enum Effect {
        NO_SCHEDULE,
        PREFER_NO_SCHEDULE,
        NO_EXECUTE
    }

    /** Whether the scheduler keeps pods away that do not tolerate this taint. */
    public boolean isHard() {
        return effect != Effect.PREFER_NO_SCHEDULE;
    }
}
