package io.apexproxy.source.documents;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Reads the files of a directory whose names end in {@code .json}, in the order of their names.
 *
 * <p>A file that is written in place can be incomplete. If a document has a mistake, the source waits and reads again,
 * until the content does not change any more.
 */
final class DirectorySource implements BackendSource {

    /** As many as the runtime accepts backends in an answer. */
    private static final int MAX_FILES = 10_000;
    private static final int MAX_READS = 5;
    /** The pause before a file with a mistake is read again: longer than a program needs between two writes. */
    private static final long SETTLE_MILLIS = 200;

    private final Path directory;
    private final int maxBytes;
    private final ScheduledExecutorService executor;
    private Optional<DirectoryWatch> watch = Optional.empty();

    DirectorySource(Path directory, int maxBytes, ScheduledExecutorService executor) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.executor = executor;
    }

    @Override
    public synchronized void watch(Runnable changed) {
        watch = Optional.of(DirectoryWatch.started(directory, executor, changed));
    }

    @Override
    public synchronized void close() {
        watch.ifPresent(DirectoryWatch::close);
    }

    @Override
    public Answer find() throws IOException, InterruptedException {
        Map<String, byte[]> before = Map.of();
        for (int reads = 1;; reads++) {
            Map<String, byte[]> content = content();
            try {
                return Answer.of(backends(content));
            } catch (IOException e) {
                if (reads == MAX_READS || isSame(before, content)) {
                    throw e;
                }
            }
            before = content;
            Thread.sleep(SETTLE_MILLIS);
        }
    }

    private static boolean isSame(Map<String, byte[]> one, Map<String, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(file -> Arrays.equals(file.getValue(), other.get(file.getKey())));
    }

    /** Returns the content of the files by name, in the order of the names. */
    private Map<String, byte[]> content() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        int left = maxBytes;
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, "*.json")) {
            for (Path path : paths) {
                Optional<byte[]> file = read(path, left + 1);
                if (file.isEmpty()) {
                    continue;
                }
                left -= file.get().length;
                files.put(path.getFileName().toString(), file.get());
                if (left < 0) {
                    throw new IOException("the files in " + directory + " have more than " + maxBytes
                            + " bytes; raise max_bytes if this is expected");
                } else if (files.size() > MAX_FILES) {
                    throw new IOException("more than " + MAX_FILES + " files in " + directory);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new IOException("no directory " + directory, e);
        }
        return files;
    }

    /** Reads at most a number of bytes; empty if the file was removed meanwhile, or is hidden or not a regular file. */
    private static Optional<byte[]> read(Path path, int most) throws IOException {
        if (path.getFileName().toString().startsWith(".") || !Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try (InputStream stream = Files.newInputStream(path)) {
            return Optional.of(stream.readNBytes(most));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static List<FoundBackend> backends(Map<String, byte[]> files) throws IOException {
        List<FoundBackend> backends = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            try {
                backends.addAll(Document.read(file.getValue()));
            } catch (IOException e) {
                throw new IOException(file.getKey() + ": " + e.getMessage(), e);
            }
        }
        return backends;
    }
}
