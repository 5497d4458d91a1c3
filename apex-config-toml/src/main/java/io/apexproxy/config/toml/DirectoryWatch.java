package io.apexproxy.config.toml;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches every directory entry that leads to a file.
 *
 * <p>For {@code /etc/apex/config.toml}, a link to {@code ..data/config.toml} where {@code ..data} is a link to
 * {@code ..2026}: {@code etc} in {@code /}, {@code apex} in {@code /etc}, {@code config.toml}, {@code ..data} and
 * {@code ..2026} in {@code /etc/apex}, {@code config.toml} in {@code /etc/apex/..2026}. So a link that is swapped, a
 * directory that vanishes and one that returns are all noticed the same way as a file that is written.
 */
final class DirectoryWatch implements PathWatch {

    private static final Logger LOG = LoggerFactory.getLogger("apex.config");

    /** Linux resolves no path with more links (path_resolution(7)), so the file cannot be read through more either. */
    private static final int MOST_LINKS = 40;

    /** What can happen to a directory or a link on the way; a busy log file beside it is none of our business. */
    private static final WatchEvent.Kind<?>[] BY_NAME = {ENTRY_CREATE, ENTRY_DELETE};
    /** What can happen to the file at the end. */
    private static final WatchEvent.Kind<?>[] IN_ITSELF = {ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY};

    private final TomlFile file;
    private final WatchService service;
    private final Duration pollInterval;
    private Map<WatchKey, Set<Path>> names = Map.of();
    private boolean warned;

    DirectoryWatch(TomlFile file, WatchService service, Duration pollInterval) {
        this.file = file;
        this.service = service;
        this.pollInterval = pollInterval;
    }

    @Override
    public void follow() {
        Map<WatchKey, Set<Path>> found = new HashMap<>();
        try {
            walk(found);
        } catch (NoSuchFileException | NotDirectoryException | NotLinkException e) {
            // the way ends here; the entry that is missing, or has just become something else, is watched
        } catch (IOException e) {
            warnOnce(e);
        } catch (ClosedWatchServiceException e) {
            return;
        }
        names.keySet().stream().filter(key -> !found.containsKey(key)).forEach(WatchKey::cancel);
        names = found;
    }

    private void walk(Map<WatchKey, Set<Path>> found) throws IOException {
        Deque<Path> rest = new ArrayDeque<>();
        Path directory = file.path().getRoot();
        prepend(file.path(), rest);
        int links = 0;
        while (!rest.isEmpty() && links <= MOST_LINKS) {
            Path entry = directory.resolve(rest.removeFirst());
            if (entry.endsWith(".") || entry.endsWith("..")) {
                directory = entry.normalize(); // safe, as all links before it are resolved
                continue;
            }
            // before the entry is read: a change in between is noticed
            register(directory, entry.getFileName(), rest.isEmpty() ? IN_ITSELF : BY_NAME, found);
            if (Files.isSymbolicLink(entry)) {
                links++;
                Path target = Files.readSymbolicLink(entry);
                directory = target.isAbsolute() ? target.getRoot() : directory;
                prepend(target, rest);
            } else {
                directory = entry;
            }
        }
    }

    private static void prepend(Path path, Deque<Path> rest) {
        for (int index = path.getNameCount() - 1; index >= 0; index--) {
            rest.addFirst(path.getName(index));
        }
    }

    private void register(Path directory, Path name, WatchEvent.Kind<?>[] changes, Map<WatchKey, Set<Path>> found)
            throws IOException {
        try {
            WatchKey key = directory.register(service, changes);
            found.computeIfAbsent(key, unused -> new HashSet<>()).add(name);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw e;
        } catch (IOException e) {
            warnOnce(e); // the directories below may still be watched
        }
    }

    private void warnOnce(IOException cause) {
        if (!warned) {
            warned = true;
            LOG.warn("{}: not every directory that leads to it can be watched ({}); its content is compared every {} ms"
                    + " as well. On Linux, grant read permission or raise fs.inotify.max_user_watches",
                    file.name(), cause.getMessage(), pollInterval.toMillis());
        }
    }

    @Override
    public boolean await(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            WatchKey key = service.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
            while (key != null) {
                if (concerns(key)) {
                    return true;
                }
                key = service.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (ClosedWatchServiceException e) {
            return false;
        } catch (InterruptedException e) {
            return false; // left behind by an observer: whoever wants the end calls close
        }
        return false;
    }

    /** Takes the events of a directory and tells whether one of them is about an entry on the way. */
    private boolean concerns(WatchKey key) {
        List<WatchEvent<?>> events = key.pollEvents();
        boolean vanished = !key.reset();
        Set<Path> watched = names.get(key);
        if (watched == null) {
            return false; // a directory that was left
        }
        return vanished || events.stream()
                .anyMatch(event -> event.kind() == OVERFLOW || watched.contains(event.context()));
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.warn("{}: its watch did not close cleanly: {}", file.name(), e.getMessage());
        }
    }
}
