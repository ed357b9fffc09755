package dev.offtake.sim.run;

import dev.offtake.sim.input.Change;
import dev.offtake.sim.input.Submission;

/** Something that happens at an instant that is known before. */
sealed interface Happening {
    /** Whether it will not happen. */
    default boolean isVoid() {
        return false;
    }

    /** What a gang was to do, unless something happened to it since. */
    record OfGang(Next next) implements Happening {
        @Override
        public boolean isVoid() {
            return next.isVoid();
        }
    }

    /** A change of supply or promises. */
    record Changes(Change change) implements Happening {}

    /** The next gang of the trace comes. */
    record Submit(Submission submission) implements Happening {}
}
