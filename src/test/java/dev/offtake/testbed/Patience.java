package dev.offtake.testbed;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** What a test awaits may take its time on a machine that has other work as well: a hang is told from that by a minute. */
public final class Patience implements LauncherSessionListener {
    private static final Duration DEFAULT = Duration.ofMinutes(1);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(DEFAULT);
    }
}
