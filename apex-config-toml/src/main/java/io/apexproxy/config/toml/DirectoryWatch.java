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
 * Watch on every directory entry on the path of a file, with all links resolved.
 *
 * <p>Example: {@code /etc/apex/config.toml} is a link to {@code ..data/config.toml}, and {@code ..data} is a link to
 * {@code ..2026}. The watched entries are {@code etc} in {@code /}; {@code apex} in {@code /etc}; {@code config.toml},
 * {@code ..data} and {@code ..2026} in {@code /etc/apex}; {@code config.toml} in {@code /etc/apex/..2026}. A replaced
 * link and a removed or recreated directory are therefore detected like a write to the file.
 */
final class DirectoryWatch implements PathWatch {

    private static final Logger LOG = LoggerFactory.getLogger("apex.config");

    /** The limit of Linux for one path, see path_resolution(7). */
    private static final int MAX_LINKS = 40;

    /**
     * Events for directories and links on the path. Without ENTRY_MODIFY, writes to neighbouring files cause no events.
     */
    private static final WatchEvent.Kind<?>[] LINK_EVENTS = {ENTRY_CREATE, ENTRY_DELETE};
    /** Events for the file itself. */
    private static final WatchEvent.Kind<?>[] FILE_EVENTS = {ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY};

    private final TomlFile file;
    private final WatchService service;
    private final Duration pollInterval;
    private Map<WatchKey, Set<Path>> watchedNames = Map.of();
    private boolean warned;

    DirectoryWatch(TomlFile file, WatchService service, Duration pollInterval) {
        this.file = file;
        this.service = service;
        this.pollInterval = pollInterval;
    }

    @Override
    public void refresh() {
        Map<WatchKey, Set<Path>> keys = new HashMap<>();
        try {
            registerPath(keys);
        } catch (NoSuchFileException | NotDirectoryException | NotLinkException e) {
            // the path ends here; the entry that is missing, or has just changed its type, is watched
        } catch (IOException e) {
            warnOnce(e);
        } catch (ClosedWatchServiceException e) {
            return;
        }
        watchedNames.keySet().stream().filter(key -> !keys.containsKey(key)).forEach(WatchKey::cancel);
        watchedNames = keys;
    }

    private void registerPath(Map<WatchKey, Set<Path>> keys) throws IOException {
        Deque<Path> rest = new ArrayDeque<>();
        Path directory = file.path().getRoot();
        prepend(file.path(), rest);
        int links = 0;
        while (!rest.isEmpty() && links <= MAX_LINKS) {
            Path entry = directory.resolve(rest.removeFirst());
            if (entry.endsWith(".") || entry.endsWith("..")) {
                directory = entry.normalize(); // correct because all links before it are resolved
                continue;
            }
            // before the entry is read, so that a later change is not missed
            register(directory, entry.getFileName(), rest.isEmpty() ? FILE_EVENTS : LINK_EVENTS, keys);
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

    private void register(Path directory, Path name, WatchEvent.Kind<?>[] events, Map<WatchKey, Set<Path>> keys)
            throws IOException {
        try {
            WatchKey key = directory.register(service, events);
            keys.computeIfAbsent(key, unused -> new HashSet<>()).add(name);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw e;
        } catch (IOException e) {
            warnOnce(e); // the directories below it can still be watched
        }
    }

    private void warnOnce(IOException cause) {
        if (!warned) {
            warned = true;
            LOG.warn("{}: cannot watch every directory on its path ({}); comparing the content every {} ms as well."
                    + " On Linux, grant read permission or raise fs.inotify.max_user_watches",
                    file.name(), cause.getMessage(), pollInterval.toMillis());
        }
    }

    @Override
    public boolean await(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            WatchKey key = service.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
            while (key != null) {
                if (isRelevant(key)) {
                    return true;
                }
                key = service.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (ClosedWatchServiceException e) {
            return false;
        } catch (InterruptedException e) {
            return false; // an interrupt by the observer; only close() ends the watch
        }
        return false;
    }

    /** Polls the events of a directory and returns whether one of them concerns an entry on the path. */
    private boolean isRelevant(WatchKey key) {
        List<WatchEvent<?>> events = key.pollEvents();
        boolean vanished = !key.reset();
        Set<Path> watched = watchedNames.get(key);
        if (watched == null) {
            return false; // the directory is no longer on the path
        }
        return vanished || events.stream()
                .anyMatch(event -> event.kind() == OVERFLOW || watched.contains(event.context()));
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.warn("{}: failed to close the file watch: {}", file.name(), e.getMessage());
        }
    }
}
