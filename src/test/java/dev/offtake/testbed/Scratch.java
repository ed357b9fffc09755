package dev.offtake.testbed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The directory of one control plane: data of etcd, keys, kubeconfigs. On a RAM disk where there is one. A lock says
 * that its owner lives; directories without a living owner are removed before a new one is made.
 */
final class Scratch {
    private static final String PREFIX = "offtake-testbed-";
    private static final String LOCK = "lock";
    /** Between the making of a directory and its lock. */
    private static final Duration UNLOCKED_GRACE = Duration.ofMinutes(1);

    /** Of this JVM. To look at a lock is to lose it: closing any channel of a file gives up all locks of the process on it. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path directory;

    @SuppressWarnings("unused") // held for as long as the JVM lives
    private final FileLock lock;

    private Scratch(Path directory, FileLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    static Scratch create() throws IOException {
        Path shm = Path.of("/dev/shm");
        Path parent = Files.isWritable(shm) ? shm : Path.of(System.getProperty("java.io.tmpdir"));
        removeLeftovers(parent);
        Path directory = Files.createTempDirectory(parent, PREFIX);
        OWN.add(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return new Scratch(directory, channel.lock());
    }

    Path directory() {
        return directory;
    }

    Path resolve(String name) {
        return directory.resolve(name);
    }

    private static void removeLeftovers(Path parent) throws IOException {
        List<Path> candidates;
        try (Stream<Path> entries = Files.list(parent)) {
            candidates = entries.filter(p -> p.getFileName().toString().startsWith(PREFIX))
                    .filter(p -> !OWN.contains(p))
                    .toList();
        }
        for (Path candidate : candidates) {
            try {
                if (isAbandoned(candidate)) {
                    delete(candidate);
                }
            } catch (IOException e) {
                // Another run removes it at the same time, or it belongs to another user.
                continue;
            }
        }
    }

    private static boolean isAbandoned(Path directory) throws IOException {
        Path lockFile = directory.resolve(LOCK);
        if (!Files.exists(lockFile)) {
            Instant made = Files.getLastModifiedTime(directory).toInstant();
            return made.plus(UNLOCKED_GRACE).isBefore(Instant.now());
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock free = channel.tryLock()) {
            return free != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, java.io.IOException e) throws IOException {
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
