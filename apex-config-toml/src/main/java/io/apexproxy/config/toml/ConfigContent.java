package io.apexproxy.config.toml;

import io.apexproxy.api.ConfigProblem;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The content of the configuration file and of the files that it includes; equal to that of an earlier read if nothing
 * changed.
 *
 * @param main the content of the file itself
 * @param included the included files, in the order in which they are merged
 * @param problems the problems of finding them
 */
record ConfigContent(FileContent main, List<Included> included, List<ConfigProblem> problems) {

    /** An included file and its content. */
    record Included(IncludedFile file, FileContent content) {
    }

    /** Returns why a part of the content is unknown; empty if all is known. */
    Optional<ConfigProblem> unknown() {
        return Stream.concat(Stream.of(main), included.stream().map(Included::content))
                .flatMap(content -> content.unknown().stream()).findFirst();
    }

    /**
     * Returns whether an included file that had content before is missing or empty now, or a new one is empty. This can
     * be a step of its replacement.
     */
    boolean lacksPartOf(ConfigContent before) {
        Map<Path, FileContent> now = contents();
        Map<Path, FileContent> earlier = before.contents();
        boolean lost = earlier.entrySet().stream().anyMatch(
                file -> file.getValue().size() > 0 && !hasContent(now.get(file.getKey())));
        boolean begun = now.entrySet().stream().anyMatch(
                file -> file.getValue().isEmpty() && !file.getValue().equals(earlier.get(file.getKey())));
        return lost || begun;
    }

    private static boolean hasContent(FileContent content) {
        return content != null && !content.isMissing() && !content.isEmpty();
    }

    private Map<Path, FileContent> contents() {
        Map<Path, FileContent> contents = new HashMap<>();
        included.forEach(each -> contents.put(each.file().file().path(), each.content()));
        return contents;
    }
}
