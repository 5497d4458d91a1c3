package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.Overrides;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.read.OverridesReader;
import io.apexproxy.runtime.config.read.SourceSelections;
import io.apexproxy.runtime.config.tree.ExpandedTree;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sources of the configuration: the file, the source that its {@code config_source} table selects, if any, and the
 * file of overrides, if any. With a selected source, that source delivers listeners and pools, and the file has all
 * other settings. Options with a tree have it instead of the file.
 *
 * <p>Each {@code read} method returns a candidate, which is in force after {@link #commit}. When one source reports a
 * change, the candidate contains the committed content of the others. Used by one thread at a time.
 */
final class Sources implements AutoCloseable {

    private final Path directory;
    /** Empty if the options have the configuration itself. */
    private final Optional<Source> file;
    private final Optional<ExpandedTree> given;
    private Optional<Candidate> inForce = Optional.empty();

    /**
     * A configuration that was read and is not yet in force.
     *
     * @param file the content of the file
     * @param source the source that the file selects; new or already in force
     * @param delivered the content of that source; without one, the same as {@code file}
     * @param tree the combined content
     * @param overridesSource the file of overrides; new or already in force
     * @param overrides the content of that file
     * @param problems the keys that the file or the source must not have, and the mistakes of the overrides
     */
    record Candidate(ExpandedTree file, Optional<Source> source, ExpandedTree delivered, ConfigTree.Table tree,
            Optional<Source> overridesSource, Overrides overrides, Problems problems) {

        private Candidate(ExpandedTree file, Optional<Source> source, ExpandedTree delivered,
                ConfigTree.Table tree, Problems problems) {
            this(file, source, delivered, tree, Optional.empty(), Overrides.NONE, problems);
        }

        private Candidate with(Optional<Source> nextSource, Overrides next) {
            return new Candidate(file, source, delivered, tree, nextSource, next, problems);
        }
    }

    Sources(ProxyOptions options, ProviderRegistry registry) {
        directory = options.directory();
        // relative to the working directory, so that messages show the path that the user entered
        file = options.configFile().map(path -> Source.create(registry,
                SourceSelections.file(path.toString(), false), Path.of("").toAbsolutePath()));
        given = options.config().map(ExpandedTree::of);
    }

    /** Reads the file and the selected source. */
    Candidate read(ProviderRegistry registry) {
        return withOverrides(read(given.orElseGet(() -> file.orElseThrow().load()), registry, true), registry, true);
    }

    /** Returns the candidate for a change of the file; empty if a load has outdated the report. */
    Optional<Candidate> readFile(Source.Report report, ProviderRegistry registry) {
        return file.orElseThrow().outdates(report) ? Optional.empty()
                : Optional.of(withOverrides(read(report.tree(), registry, false), registry, false));
    }

    /**
     * Returns the candidate for a change of the selected source; empty if the source was replaced or a load has
     * outdated the report.
     */
    Optional<Candidate> readSelected(Source source, Source.Report report) {
        return inForce.filter(now -> now.source().equals(Optional.of(source)) && !source.outdates(report))
                .map(now -> combine(now.file(), source, report.tree(), new Problems())
                        .with(now.overridesSource(), now.overrides()));
    }

    /**
     * Returns the candidate for a change of the file of overrides; empty if the configuration names another one or a
     * load has outdated the report.
     */
    Optional<Candidate> readOverrides(Source source, Source.Report report) {
        return inForce.filter(now -> now.overridesSource().equals(Optional.of(source)) && !source.outdates(report))
                .map(now -> combine(now, report.tree()));
    }

    /** Reads the file of overrides; empty if there is none in force. */
    Optional<Candidate> readOverrides() {
        return inForce.filter(now -> now.overridesSource().isPresent())
                .map(now -> combine(now, now.overridesSource().get().load()));
    }

    private static Candidate combine(Candidate now, ExpandedTree overrides) {
        Problems problems = new Problems();
        problems.hide(now.file().hidden());
        problems.hide(now.delivered().hidden());
        problems.hide(overrides.hidden());
        return new Candidate(now.file(), now.source(), now.delivered(), now.tree(), now.overridesSource(),
                OverridesReader.read(overrides.table(), problems), problems);
    }

    private Candidate withOverrides(Candidate candidate, ProviderRegistry registry, boolean reloadSource) {
        Optional<ProviderConfig> selection = SourceSelections.overrides(candidate.file().table());
        if (selection.isEmpty()) {
            return candidate;
        }
        Optional<Source> running = overridesSource().filter(source -> selection.get().equals(source.selection()));
        if (running.isPresent() && !reloadSource) {
            return candidate.with(running, inForce.orElseThrow().overrides());
        }
        Source source = running.orElseGet(() -> Source.create(registry, selection.get(), directory));
        Candidate complete = candidate.with(Optional.of(source), Overrides.NONE);
        try {
            ExpandedTree overrides = source.load();
            candidate.problems().hide(overrides.hidden());
            return complete.with(complete.overridesSource(),
                    OverridesReader.read(overrides.table(), candidate.problems()));
        } catch (RuntimeException e) {
            discard(complete);
            throw e;
        }
    }

    private Candidate read(ExpandedTree fileTree, ProviderRegistry registry, boolean reloadSource) {
        Problems problems = new Problems();
        problems.hide(fileTree.hidden());
        Optional<ProviderConfig> selection = SourceSelections.trafficSource(fileTree.table(), problems);
        if (selection.isEmpty() && problems.isEmpty()) {
            return new Candidate(fileTree, Optional.empty(), fileTree, fileTree.table(), problems);
        }
        Optional<Source> running = selected().filter(source -> selection.equals(Optional.of(source.selection())));
        Optional<Source> created = Optional.empty();
        try {
            problems.throwIfAny();
            if (running.isPresent() && !reloadSource) {
                return combine(fileTree, running.get(), inForce.orElseThrow().delivered(), problems);
            }
            if (running.isEmpty()) {
                created = Optional.of(Source.create(registry, selection.orElseThrow(), directory));
            }
            Source source = running.isPresent() ? running.get() : created.get();
            return combine(fileTree, source, source.load(), problems);
        } catch (ConfigException e) {
            created.ifPresent(Source::close);
            problems.addAll(e.problems());
            // adds the mistakes of the file to the message
            ConfigReader.readProcessSettings(fileTree.table(), problems);
            throw new ConfigException(problems.list());
        }
    }

    private static Candidate combine(ExpandedTree file, Source source, ExpandedTree delivered, Problems problems) {
        problems.hide(file.hidden());
        problems.hide(delivered.hidden());
        ConfigTree.Table fileTree = file.table();
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>(fileTree.members());
        members.remove(SourceSelections.TRAFFIC_SOURCE);
        String selection = "[" + SourceSelections.TRAFFIC_SOURCE + "]";
        fileTree.members().forEach((key, member) -> {
            if (ConfigReader.TRAFFIC.contains(key)) {
                members.remove(key);
                problems.add(member.key(), key + ": cannot be combined with " + selection + " at "
                        + source.selection().origin() + ", which delivers listeners and pools; remove one of the two");
            }
        });
        delivered.table().members().forEach((key, member) -> {
            if (ConfigReader.TRAFFIC.contains(key)) {
                members.put(key, member);
            } else {
                problems.add(member.key(), CleanText.piece(key) + ": not accepted from " + selection
                        + ", which delivers " + String.join(", ", ConfigReader.TRAFFIC)
                        + Problems.didYouMean(key, ConfigReader.TRAFFIC)
                        + "; set other keys in " + fileTree.origin().source());
            }
        });
        return new Candidate(file, Optional.of(source), delivered,
                new ConfigTree.Table(members, delivered.table().origin()), problems);
    }

    /**
     * The exchange of sources.
     *
     * @param removed the caller closes them
     * @param selected the new source of listeners and pools, which the caller watches; empty if it is unchanged
     * @param overrides the new file of overrides, which the caller watches; empty if it is unchanged
     */
    record Replacement(List<Source> removed, Optional<Source> selected, Optional<Source> overrides) {
    }

    /** Puts a candidate in force. */
    Replacement commit(Candidate candidate) {
        List<Source> before = further(inForce);
        inForce = Optional.of(candidate);
        List<Source> after = further(inForce);
        return new Replacement(before.stream().filter(source -> !after.contains(source)).toList(),
                selected().filter(source -> !before.contains(source)),
                overridesSource().filter(source -> !before.contains(source)));
    }

    private static List<Source> further(Optional<Candidate> candidate) {
        return candidate.stream().flatMap(any -> Stream.concat(any.source().stream(), any.overridesSource().stream()))
                .toList();
    }

    /** Closes the sources of a rejected candidate, unless they are in force. */
    void discard(Candidate candidate) {
        List<Source> kept = further(inForce);
        further(Optional.of(candidate)).stream().filter(source -> !kept.contains(source)).forEach(Source::close);
    }

    /** Returns the file of overrides that is in force. */
    Optional<Source> overridesSource() {
        return inForce.flatMap(Candidate::overridesSource);
    }

    /** Returns the selected source that is in force. */
    Optional<Source> selected() {
        return inForce.flatMap(Candidate::source);
    }

    /** Starts to report changes of the file, if there is one, to the observer. */
    void watchFile(Source.Observer observer) {
        file.ifPresent(source -> source.watch(observer));
    }

    @Override
    public void close() {
        file.ifPresent(Source::close);
        further(inForce).forEach(Source::close);
    }
}
