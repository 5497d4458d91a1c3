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
 * The sources of the configuration: the file, and the source that its {@code config_source} table selects, if any. With
 * a selected source, that source delivers listeners and pools, and the file has all other settings.
 *
 * <p>Each {@code read} method returns a candidate, which is in force after {@link #commit}. When one source reports a
 * change, the candidate contains the committed content of the other. Used by one thread at a time.
 */
final class Sources implements AutoCloseable {

    private static final String FILE_PROVIDER = "toml";

    private final Path directory;
    private final Source file;
    private Optional<Candidate> inForce = Optional.empty();

    /**
     * A configuration that was read and is not yet in force.
     *
     * @param file the content of the file
     * @param source the source that the file selects; new or already in force
     * @param delivered the content of that source; without one, the same as {@code file}
     * @param tree the combined content
     * @param problems the keys that the file or the source must not have
     */
    record Candidate(ConfigTree.Table file, Optional<Source> source, ConfigTree.Table delivered, ConfigTree.Table tree,
            Problems problems) {
    }

    Sources(ProxyOptions options, ProviderRegistry registry) {
        directory = options.directory();
        Origin origin = Origin.of(options.configFile().toString());
        ConfigTree path = new ConfigTree.Scalar(options.configFile().toString(), origin);
        ConfigTree.Table settings = new ConfigTree.Table(Map.of("path", new ConfigTree.Member(origin, path)), origin);
        // relative to the working directory, so that messages show the path that the user entered
        file = Source.create(registry, new ProviderConfig("configuration file", FILE_PROVIDER, origin, settings,
                List.of()),
                Path.of("").toAbsolutePath());
    }

    /** Reads the file and the selected source. */
    Candidate read(ProviderRegistry registry) {
        return read(file.load(), registry, true);
    }

    /** Returns the candidate for a change of the file; empty if a load has outdated the report. */
    Optional<Candidate> readFile(Source.Report report, ProviderRegistry registry) {
        return file.outdates(report) ? Optional.empty() : Optional.of(read(report.tree(), registry, false));
    }

    /**
     * Returns the candidate for a change of the selected source; empty if the source was replaced or a load has
     * outdated the report.
     */
    Optional<Candidate> readSelected(Source source, Source.Report report) {
        return inForce.filter(now -> now.source().equals(Optional.of(source)) && !source.outdates(report))
                .map(now -> combine(now.file(), source, report.tree(), new Problems()));
    }

    private Candidate read(ConfigTree.Table fileTree, ProviderRegistry registry, boolean reloadSource) {
        Problems problems = new Problems();
        Optional<ProviderConfig> selection = ConfigReader.source(fileTree, problems);
        if (selection.isEmpty() && problems.isEmpty()) {
            return new Candidate(fileTree, Optional.empty(), fileTree, fileTree, problems);
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
            ConfigReader.readProcessSettings(fileTree, problems); // adds the mistakes of the file to the message
            throw new ConfigException(problems.list());
        }
    }

    private static Candidate combine(ConfigTree.Table fileTree, Source source, ConfigTree.Table delivered,
            Problems problems) {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>(fileTree.members());
        members.remove(ConfigReader.SOURCE);
        String selection = "[" + ConfigReader.SOURCE + "]";
        fileTree.members().forEach((key, member) -> {
            if (ConfigReader.TRAFFIC.contains(key)) {
                members.remove(key);
                problems.add(member.key(), key + ": cannot be combined with " + selection + " at "
                        + source.selection().origin() + ", which delivers listeners and pools; remove one of the two");
            }
        });
        delivered.members().forEach((key, member) -> {
            if (ConfigReader.TRAFFIC.contains(key)) {
                members.put(key, member);
            } else {
                problems.add(member.key(), CleanText.piece(key) + ": not accepted from " + selection
                        + ", which delivers " + String.join(", ", ConfigReader.TRAFFIC)
                        + Problems.didYouMean(key, ConfigReader.TRAFFIC)
                        + "; set other keys in " + fileTree.origin().source());
            }
        });
        return new Candidate(fileTree, Optional.of(source), delivered,
                new ConfigTree.Table(members, delivered.origin()), problems);
    }

    /**
     * The exchange of the selected source; both empty if the source is unchanged.
     *
     * @param removed the caller closes it
     * @param added the caller watches it
     */
    record Replacement(Optional<Source> removed, Optional<Source> added) {
    }

    /** Puts a candidate in force. */
    Replacement commit(Candidate candidate) {
        Optional<Source> before = selected();
        inForce = Optional.of(candidate);
        return before.equals(selected()) ? new Replacement(Optional.empty(), Optional.empty())
                : new Replacement(before, selected());
    }

    /** Closes the source of a rejected candidate, unless it is in force. */
    void discard(Candidate candidate) {
        if (!candidate.source().equals(selected())) {
            candidate.source().ifPresent(Source::close);
        }
    }

    /** Returns the selected source that is in force. */
    Optional<Source> selected() {
        return inForce.flatMap(Candidate::source);
    }

    /** Starts to report changes of the file to the observer. */
    void watchFile(Source.Observer observer) {
        file.watch(observer);
    }

    @Override
    public void close() {
        file.close();
        selected().ifPresent(Source::close);
    }
}
