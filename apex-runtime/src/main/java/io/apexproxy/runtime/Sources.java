package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the configuration comes from: the file, and the source that its {@code config_source} table selects, if it has
 * one. Together they are one tree: listeners and pools of the source, the rest of the file.
 *
 * <p>Each {@code read} method says what the configuration would be; it is in force after {@link #take}. When only one
 * of the two changes, the other is as it was when it was last in force. Used by one thread at a time.
 */
final class Sources implements AutoCloseable {

    private static final String FILE_PROVIDER = "toml";

    private final Path directory;
    private final Source file;
    private Optional<Candidate> inForce = Optional.empty();

    /**
     * A configuration that could be put in force.
     *
     * @param file what the file has
     * @param source the source that the file selects; it may have been created for this reading
     * @param delivered what that source has; else the same as {@code file}
     * @param tree all together
     * @param problems what is wrong with putting them together
     */
    record Candidate(ConfigTree.Table file, Optional<Source> source, ConfigTree.Table delivered, ConfigTree.Table tree,
            Problems problems) {
    }

    Sources(ProxyOptions options, ProviderRegistry registry) {
        directory = options.directory();
        Origin origin = Origin.of(options.configFile().toString());
        ConfigTree path = new ConfigTree.Scalar(options.configFile().toString(), origin);
        ConfigTree.Table settings = new ConfigTree.Table(Map.of("path", new ConfigTree.Member(origin, path)), origin);
        // relative to the working directory, so that messages name the file as the user did
        file = Source.create(registry, new ProviderConfig("configuration file", FILE_PROVIDER, origin, settings,
                        List.of()),
                Path.of("").toAbsolutePath());
    }

    /** Reads all anew. */
    Candidate read(ProviderRegistry registry) {
        return read(file.load(), registry, true);
    }

    /** Takes up a change of the file; empty if the file has been read again since. */
    Optional<Candidate> readFile(Source.Report report, ProviderRegistry registry) {
        return file.outdates(report) ? Optional.empty() : Optional.of(read(report.tree(), registry, false));
    }

    /** Takes up a change of the other source; empty if that one is in force no more, or has been read again since. */
    Optional<Candidate> readDelivered(Source source, Source.Report report) {
        return inForce.filter(now -> now.source().equals(Optional.of(source)) && !source.outdates(report))
                .map(now -> reading(now.file(), source, report.tree(), new Problems()));
    }

    private Candidate read(ConfigTree.Table own, ProviderRegistry registry, boolean anew) {
        Problems problems = new Problems();
        Optional<ProviderConfig> selection = ConfigReader.source(own, problems);
        if (selection.isEmpty() && problems.isEmpty()) {
            return new Candidate(own, Optional.empty(), own, own, problems);
        }
        Optional<Source> present = selection.flatMap(this::present);
        Optional<Source> fresh = Optional.empty();
        try {
            problems.throwIfAny();
            if (present.isPresent() && !anew) {
                return reading(own, present.get(), inForce.orElseThrow().delivered(), problems);
            }
            if (present.isEmpty()) {
                fresh = Optional.of(Source.create(registry, selection.orElseThrow(), directory));
            }
            Source source = present.isPresent() ? present.get() : fresh.get();
            return reading(own, source, source.load(), problems);
        } catch (ConfigException e) {
            fresh.ifPresent(Source::close);
            problems.addAll(e.problems());
            ConfigReader.readProcessSettings(own, problems); // so that its mistakes are told, too
            throw new ConfigException(problems.list());
        }
    }

    /** The source at work, if it is the one that is selected. */
    private Optional<Source> present(ProviderConfig selection) {
        return other().filter(source -> source.selection().equals(selection));
    }

    private static Candidate reading(ConfigTree.Table own, Source source, ConfigTree.Table delivered,
            Problems problems) {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>(own.members());
        members.remove(ConfigReader.SOURCE);
        String selection = "[" + ConfigReader.SOURCE + "]";
        own.members().forEach((key, member) -> {
            if (ConfigReader.TRAFFIC.contains(key)) {
                members.remove(key);
                problems.add(member.key(), key + ": cannot stand beside " + selection + " at "
                        + source.selection().origin() + ", which delivers listeners and pools; remove one of the two");
            }
        });
        delivered.members().forEach((key, member) -> {
            if (ConfigReader.TRAFFIC.contains(key)) {
                members.put(key, member);
            } else {
                problems.add(member.key(), CleanText.piece(key) + ": does not come from " + selection
                        + ", which delivers " + String.join(", ", ConfigReader.TRAFFIC)
                        + Problems.didYouMean(key, ConfigReader.TRAFFIC)
                        + "; the rest is written in " + own.origin().source());
            }
        });
        return new Candidate(own, Optional.of(source), delivered, new ConfigTree.Table(members, delivered.origin()),
                problems);
    }

    /**
     * Which sources take each other's place, unless it is the same one as before.
     *
     * @param leaving to be closed
     * @param arriving to be watched
     */
    record Replacement(Optional<Source> leaving, Optional<Source> arriving) {
    }

    /** Puts a reading in force. */
    Replacement take(Candidate reading) {
        Optional<Source> before = other();
        inForce = Optional.of(reading);
        return before.equals(other()) ? new Replacement(Optional.empty(), Optional.empty())
                : new Replacement(before, other());
    }

    /** Forgets a reading that cannot be put in force. */
    void drop(Candidate reading) {
        if (!reading.source().equals(other())) {
            reading.source().ifPresent(Source::close);
        }
    }

    /** The source beside the file. */
    Optional<Source> other() {
        return inForce.flatMap(Candidate::source);
    }

    /** Tells the observer of changes of the file from now on. */
    void watchFile(Source.Observer observer) {
        file.watch(observer);
    }

    @Override
    public void close() {
        file.close();
        other().ifPresent(Source::close);
    }
}
