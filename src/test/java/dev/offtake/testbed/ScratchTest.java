package dev.offtake.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScratchTest {
    @Test
    void aSecondDirectoryOfThisJvmLeavesTheFirstLocked() throws IOException, InterruptedException {
        Scratch first = Scratch.create();
        Scratch second = Scratch.create();
        try {
            Path lock = first.resolve("lock");
            // fcntl locks are seen from other processes only.
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            TryLock.class.getName(),
                            lock.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(said.trim()).endsWith("locked");
        } finally {
            Scratch.delete(first.directory());
            Scratch.delete(second.directory());
        }
    }

    /** Another process that wants the lock. */
    static final class TryLock {
        public static void main(String[] arguments) throws IOException {
            try (var channel = java.nio.channels.FileChannel.open(
                            Path.of(arguments[0]), java.nio.file.StandardOpenOption.WRITE);
                    var lock = channel.tryLock()) {
                System.out.println(lock == null ? "locked" : "free");
            }
        }
    }
}
