package dev.offtake.schedule;

import java.time.Instant;
import java.util.List;

/** Hears all that a scheduler is told and all that it decides, in order: enough to do the same again. */
public interface Journal {
    /** Keeps nothing. */
    Journal NONE = new Journal() {
        @Override
        public void begun() {}

        @Override
        public void applied(Event event) {}

        @Override
        public void decided(Instant now, List<Decision> decisions) {}
    };

    /** A new scheduler, that knows nothing. */
    void begun();

    /** It was told this. */
    void applied(Event event);

    /** It was asked at this instant. Instants at which nothing could have changed are left out. */
    void decided(Instant now, List<Decision> decisions);
}
