package io.apexproxy.runtime.overrides;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The lines of a file of overrides, which an edit changes as little as possible. Pure.
 *
 * <p>An entry begins with the header {@code [pools.POOL.backends.BACKEND]} and ends at the next header. The line above
 * the header has the time, the user and the command of the last edit.
 */
final class OverridesText {

    private static final Pattern COMMENT = Pattern.compile("\\s*#.*");
    /** The line above a header that an earlier edit has written. */
    private static final Pattern EDIT_COMMENT = Pattern.compile("# \\d{4}-\\d\\d-\\d\\dT[^ ]+ .*: apex set .*");
    private static final Pattern STATE = Pattern.compile("\\s*state\\s*=.*");
    private static final Pattern WEIGHT = Pattern.compile("\\s*weight\\s*=.*");

    private final List<String> lines;
    private final List<String> header;

    private OverridesText(String text, OverridesEdit edit) {
        this.lines = new ArrayList<>(text.lines().toList());
        this.header = List.of("pools", edit.pool(), "backends", edit.backend());
    }

    /**
     * Returns a text after an edit. A removal of an entry that does not exist changes nothing.
     *
     * @param text the content of the file; empty for a new one
     * @param edit the change
     * @param comment the time and the user, one line
     */
    static String edit(String text, OverridesEdit edit, String comment) {
        OverridesText result = new OverridesText(text, edit);
        if (edit.clear()) {
            result.remove();
        } else {
            result.set(edit, "# " + comment + ": apex set " + edit.pool() + "/" + edit.backend() + " " + edit);
        }
        return result.lines.isEmpty() ? "" : String.join("\n", result.lines) + "\n";
    }

    private Optional<Integer> find() {
        return IntStream.range(0, lines.size())
                .filter(line -> HeaderLine.keys(lines.get(line)).equals(Optional.of(header))).boxed().findFirst();
    }

    /** Returns the line after the entry. Comments directly above the next header belong to that. */
    private int end(int start) {
        int end = start + 1;
        while (end < lines.size() && !lines.get(end).strip().startsWith("[")) {
            end++;
        }
        if (end < lines.size()) {
            while (end > start + 1 && COMMENT.matcher(lines.get(end - 1)).matches()) {
                end--;
            }
        }
        while (end > start + 1 && lines.get(end - 1).isBlank()) {
            end--;
        }
        return end;
    }

    private void set(OverridesEdit edit, String comment) {
        int start = find().orElseGet(this::append);
        edit.weight().ifPresent(weight -> replace(start, WEIGHT, "weight = " + weight));
        edit.state().ifPresent(state -> replace(start, STATE,
                "state = \"" + state.word() + "\""));
        if (start > 0 && EDIT_COMMENT.matcher(lines.get(start - 1)).matches()) {
            lines.set(start - 1, comment);
        } else {
            lines.add(start, comment);
        }
    }

    private int append() {
        if (!lines.isEmpty() && !lines.get(lines.size() - 1).isBlank()) {
            lines.add("");
        }
        lines.add(HeaderLine.of(header));
        return lines.size() - 1;
    }

    private void replace(int start, Pattern key, String line) {
        Predicate<Integer> matches = index -> key.matcher(lines.get(index)).matches();
        IntStream.range(start + 1, end(start)).boxed().filter(matches).findFirst()
                .ifPresentOrElse(index -> lines.set(index, line), () -> lines.add(start + 1, line));
    }

    private void remove() {
        find().ifPresent(start -> {
            int first = start > 0 && EDIT_COMMENT.matcher(lines.get(start - 1)).matches() ? start - 1 : start;
            lines.subList(first, end(start)).clear();
            while (first > 0 && lines.get(first - 1).isBlank()
                    && (first == lines.size() || lines.get(first).isBlank())) {
                first--;
                lines.remove(first);
            }
            if (first == 0) {
                while (!lines.isEmpty() && lines.get(0).isBlank()) {
                    lines.remove(0);
                }
            }
        });
    }
}
