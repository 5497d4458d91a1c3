package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.Optional;

/**
 * The last reading of a file that the runtime got, and what is new in comparison.
 *
 * <p>Threads that load and the thread that watches meet here. The lock is held while the file is read, so that a
 * reading never replaces a later one; it is not held while an observer is told, as an observer may wait for a thread
 * that loads.
 */
final class LastRead {

    private final TomlFile file;
    private ReadResult reading;
    private Optional<ConfigProblem> obstacle = Optional.empty();

    LastRead(TomlFile file) {
        this.file = file;
        String unread = "not read yet";
        this.reading = new ReadResult.Failed(unread, new ConfigException(Origin.of(file.name()), unread));
    }

    /** Reads the file for someone who asked. */
    synchronized ConfigTree.Table load() {
        reading = file.parse(file.look());
        if (reading instanceof ReadResult.Failed failed) {
            throw failed.problem();
        }
        return ((ReadResult.Parsed) reading).tree();
    }

    /** Tells whether the file is not what it was. */
    synchronized boolean differs() {
        return !look().equals(reading.evidence());
    }

    /** Returns why the last comparison could not see the content, which then counts as unchanged. */
    synchronized Optional<ConfigProblem> obstacle() {
        return obstacle;
    }

    private Object look() {
        Object evidence = file.look();
        obstacle = file.isObstacle(evidence) ? Optional.of((ConfigProblem) evidence) : Optional.empty();
        return obstacle.isPresent() ? reading.evidence() : evidence;
    }

    /**
     * Reads the file if it is not what it was.
     *
     * @param vacantToo whether it may be missing or empty; if not, and it has become so since somebody looked, it is
     *     left for the next time, as somebody begins to write it
     * @return the reading, unless the values are the same as before. The end of a problem is news, whatever the values:
     *     who was told of the problem wants to know
     */
    synchronized Optional<ReadResult> advance(boolean vacantToo) {
        Object evidence = look();
        if (evidence.equals(reading.evidence()) || !vacantToo && file.isVacant(evidence)) {
            return Optional.empty();
        }
        ReadResult before = reading;
        reading = file.parse(evidence);
        boolean sameValues = before instanceof ReadResult.Parsed old
                && reading instanceof ReadResult.Parsed now
                && old.tree().equals(now.tree());
        return sameValues ? Optional.empty() : Optional.of(reading);
    }

    /**
     * Records what the observer was told. If someone loaded in the meantime, it is unknown which of the two was applied
     * last; the reading that was told then counts, so that the next comparison finds what is newer and tells it.
     */
    synchronized void told(ReadResult told) {
        reading = told;
    }
}
