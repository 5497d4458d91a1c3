package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reader of the configuration file and of the files that it includes. Used by one thread at a time, except {@link
 * #watched}.
 */
final class ConfigFiles {

    private final TomlFile main;
    private final int maxBytes;
    private final Duration readTimeout;
    private final boolean optional;
    private final ReadThreads threads;
    /** The last content of the main file that was parsed. */
    private ReadResult parsedMain;
    /** The files that this content includes. */
    private Includes includes = Includes.NONE;
    private volatile List<Path> watched;
    /** The included file that a thread reads, for the message about a timeout. */
    private volatile Optional<IncludedFile> reading = Optional.empty();

    /**
     * Creates a reader; nothing is read.
     *
     * @param main the configuration file
     * @param maxBytes the maximum size of all files together
     * @param readTimeout the maximum time of a read of the configuration file, and of a read of the included files
     * @param optional whether a missing configuration file counts as an empty one
     */
    ConfigFiles(TomlFile main, int maxBytes, Duration readTimeout, boolean optional) {
        this.main = main;
        this.maxBytes = maxBytes;
        this.readTimeout = readTimeout;
        this.optional = optional;
        this.threads = new ReadThreads(readTimeout);
        this.watched = List.of(main.path());
        String unread = "not read yet";
        this.parsedMain = new ReadResult.Failed(unread, new ConfigException(Origin.of(main.name()), unread));
    }

    /** Returns the name of the configuration file in messages. */
    String name() {
        return main.name();
    }

    /** Returns the files and directories whose attributes change when the content changes. Thread-safe. */
    List<Path> watched() {
        return watched;
    }

    /** Reads all files. */
    ConfigContent read() {
        FileContent content = threads.call(() -> main.read(maxBytes, "at most " + SizeLimit.text(maxBytes)))
                .orElseGet(() -> main.timedOut(readTimeout));
        parseMain(content);
        ConfigContent all = includes.isEmpty() ? new ConfigContent(content, List.of(), List.of())
                : threads.call(() -> readIncluded(content)).orElseGet(() -> timedOut(content));
        Stream<Path> files = all.included().stream().map(each -> each.file().file().path());
        watched = Stream.of(Stream.of(main.path()), includes.watched().stream(), files)
                .flatMap(paths -> paths).distinct().toList();
        return all;
    }

    private void parseMain(FileContent content) {
        if (content.equals(parsedMain.content())) {
            return;
        }
        includes = Includes.NONE;
        try {
            ConfigTree.Table tree = optional && content.isMissing() ? TomlTrees.parse(main.name(), "")
                    : main.parse(content);
            includes = Includes.of(tree, main);
            parsedMain = new ReadResult.Parsed(content, tree);
        } catch (ConfigException e) {
            parsedMain = new ReadResult.Failed(content, e);
        }
    }

    private ConfigContent readIncluded(FileContent content) {
        List<ConfigProblem> problems = new ArrayList<>();
        List<ConfigContent.Included> included = new ArrayList<>();
        int left = maxBytes - content.size();
        reading = Optional.empty(); // during the search
        for (IncludedFile file : includes.files(main, problems)) {
            reading = Optional.of(file);
            FileContent found = read(file, left);
            boolean isGone = found.isMissing() && file.isMatched()
                    && !Files.exists(file.file().path(), LinkOption.NOFOLLOW_LINKS); // deleted after it was listed
            if (!isGone) {
                included.add(new ConfigContent.Included(file, found));
                left -= found.size();
            }
        }
        return new ConfigContent(content, List.copyOf(included), List.copyOf(problems));
    }

    private FileContent read(IncludedFile file, int left) {
        FileContent content = file.file().read(left, "at most " + SizeLimit.text(maxBytes) + " in all files together");
        if (content instanceof FileContent.Failure failure && content.isMissing() && !file.isMatched()) {
            return new FileContent.Failure(failure.kind(),
                    new ConfigProblem(file.pattern(), Includes.KEY + ": " + file.file().name() + ": "
                            + failure.problem().message()));
        }
        return content;
    }

    private ConfigContent timedOut(FileContent content) {
        return reading.map(file -> new ConfigContent(content,
                List.of(new ConfigContent.Included(file, file.file().timedOut(readTimeout))), List.of()))
                .orElseGet(() -> new ConfigContent(main.timedOut(readTimeout), List.of(), List.of()));
    }

    /** Parses and merges the result of the last {@link #read}. */
    ReadResult parse(ConfigContent content) {
        parseMain(content.main());
        if (parsedMain instanceof ReadResult.Failed failed) {
            return new ReadResult.Failed(content, failed.problem());
        }
        List<ConfigProblem> problems = new ArrayList<>(content.problems());
        TreeMerge merge = new TreeMerge(((ReadResult.Parsed) parsedMain).tree(), problems);
        for (ConfigContent.Included included : content.included()) {
            try {
                merge.add(included.file().file().parse(included.content()));
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        return problems.isEmpty() ? new ReadResult.Parsed(content, merge.tree())
                : new ReadResult.Failed(content, new ConfigException(problems));
    }
}
