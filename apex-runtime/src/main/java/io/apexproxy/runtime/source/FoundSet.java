package io.apexproxy.runtime.source;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.BackendConfig.Presence;
import io.apexproxy.runtime.config.PoolConfig.Discovery;
import io.apexproxy.runtime.config.PoolConfig.WhenEmpty;
import io.apexproxy.runtime.config.address.Address;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The backends that a pool has from the answers of its source. Pure: the caller passes the time, in nanoseconds of one
 * monotonic clock.
 *
 * <ul>
 * <li>A backend that is missing in an answer is removed after {@code keep_missing}, unless a later answer has it.
 * <li>An answer without backends counts as none if {@code when_empty} says so, and there was one with backends.
 * <li>Without an answer for {@code keep_stale}, all backends are stale until the next one.
 * </ul>
 */
final class FoundSet {

    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private Discovery settings;
    private List<BackendConfig> accepted = List.of();
    private long lastAnswer;
    private boolean stale;

    private record Key(String name, Address address) {

        static Key of(BackendConfig backend) {
            return new Key(backend.name(), backend.address());
        }
    }

    /** A backend, and the time of the first answer without it. */
    private record Entry(BackendConfig config, OptionalLong missingSince) {

        boolean isPresent() {
            return missingSince.isEmpty();
        }
    }

    /**
     * The difference that an answer makes.
     *
     * @param added the backends that were not in the set or were missing
     * @param missing the backends that were in the previous answer only
     * @param changed the backends with another weight, tier, limit or attributes
     * @param keptForEmpty whether the answer had no backends and was ignored for it
     */
    record Change(List<BackendConfig> added, List<BackendConfig> missing, List<BackendConfig> changed,
            boolean keptForEmpty) {

        private static final Change KEPT = new Change(List.of(), List.of(), List.of(), true);
        private static final Change NONE = new Change(List.of(), List.of(), List.of(), false);

        boolean isEmpty() {
            return added.isEmpty() && missing.isEmpty() && changed.isEmpty();
        }
    }

    FoundSet(Discovery settings, long now) {
        this.settings = settings;
        this.lastAnswer = now;
    }

    /** Changes the settings. They take effect with the next call. */
    void configure(Discovery next) {
        settings = next;
    }

    /** Takes over an answer. A repeated one, which is the same list, costs no comparison of backends. */
    Change accept(List<BackendConfig> answer, long now) {
        lastAnswer = now;
        stale = false;
        if (answer.isEmpty() && settings.whenEmpty() == WhenEmpty.KEEP && hasPresent()) {
            return Change.KEPT;
        }
        if (answer == accepted) {
            return Change.NONE;
        }
        accepted = answer;
        List<BackendConfig> added = new ArrayList<>();
        List<BackendConfig> changed = new ArrayList<>();
        Map<Key, BackendConfig> next = new LinkedHashMap<>();
        answer.forEach(backend -> next.put(Key.of(backend), backend));
        List<BackendConfig> missing = new ArrayList<>();
        entries.replaceAll((key, entry) -> {
            BackendConfig found = next.remove(key);
            if (found == null) {
                if (entry.isPresent()) {
                    missing.add(entry.config());
                }
                return entry.isPresent() ? new Entry(entry.config(), OptionalLong.of(now)) : entry;
            }
            if (!entry.isPresent()) {
                added.add(found);
            } else if (!entry.config().equals(found)) {
                changed.add(found);
            }
            return new Entry(found, OptionalLong.empty());
        });
        next.forEach((key, backend) -> entries.put(key, new Entry(backend, OptionalLong.empty())));
        added.addAll(next.values());
        return new Change(added, missing, changed, false);
    }

    /**
     * Removes the backends that have been missing for {@code keep_missing}.
     *
     * @return the removed backends
     */
    List<BackendConfig> removeMissing(long now) {
        List<BackendConfig> removed = new ArrayList<>();
        for (Iterator<Entry> each = entries.values().iterator(); each.hasNext();) {
            Entry entry = each.next();
            if (!entry.isPresent()
                    && now - entry.missingSince().getAsLong() >= settings.keepMissing().toNanos()) {
                removed.add(entry.config());
                each.remove();
            }
        }
        return removed;
    }

    /**
     * Marks the backends as stale if there was no answer for {@code keep_stale}.
     *
     * @return whether they were not stale before
     */
    boolean becomesStale(long now) {
        boolean was = stale;
        stale = was || settings.keepStale().filter(limit -> now - lastAnswer >= limit.toNanos()).isPresent();
        return stale && !was;
    }

    boolean isStale() {
        return stale;
    }

    /** Returns the time of the next removal or of the end of {@code keep_stale}; empty if there is none. */
    OptionalLong nextExpiry() {
        LongStream removals = entries.values().stream().filter(entry -> !entry.isPresent())
                .mapToLong(entry -> entry.missingSince().getAsLong() + settings.keepMissing().toNanos());
        LongStream staleness = stale ? LongStream.empty()
                : settings.keepStale().stream().mapToLong(limit -> lastAnswer + limit.toNanos());
        return LongStream.concat(removals, staleness).reduce((one, other) -> one - other <= 0 ? one : other);
    }

    private boolean hasPresent() {
        return entries.values().stream().anyMatch(Entry::isPresent);
    }

    /** Returns the number of backends, those that are missing included. */
    int size() {
        return entries.size();
    }

    /** Returns the number of backends that are missing. */
    int missing() {
        return (int) entries.values().stream().filter(entry -> !entry.isPresent()).count();
    }

    /** Returns the backends with their presence: those of earlier answers first, so that their order is stable. */
    List<BackendConfig> backends() {
        return entries.values().stream().map(entry -> entry.config().with(presence(entry))).toList();
    }

    private Presence presence(Entry entry) {
        if (!entry.isPresent()) {
            return Presence.MISSING;
        }
        return stale ? Presence.STALE : Presence.PRESENT;
    }
}
