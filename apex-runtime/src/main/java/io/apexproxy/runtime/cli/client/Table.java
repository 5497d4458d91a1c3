package io.apexproxy.runtime.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A table with aligned columns. A column without a value in any row is left out. */
final class Table {

    private static final String GAP = "  ";
    private static final String UNKNOWN = "-";

    private final List<Column> columns = new ArrayList<>();

    private record Column(String heading, boolean isNumber, Function<Node, String> text) {
    }

    /** Adds a column whose cells are aligned on the left. The function returns an empty text if there is no value. */
    Table text(String heading, Function<Node, String> text) {
        columns.add(new Column(heading, false, text));
        return this;
    }

    /** Adds a column whose cells are aligned on the right. */
    Table number(String heading, Function<Node, String> text) {
        columns.add(new Column(heading, true, text));
        return this;
    }

    /** Returns the lines of the table; empty if there are no rows. */
    List<String> lines(List<Node> rows) {
        List<StringBuilder> lines = new ArrayList<>();
        for (int row = 0; row <= rows.size(); row++) {
            lines.add(new StringBuilder());
        }
        for (Column column : columns) {
            List<String> cells = rows.stream().map(column.text()).toList();
            if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
                append(lines, column, cells);
            }
        }
        return rows.isEmpty() ? List.of() : lines.stream().map(line -> line.toString().stripTrailing()).toList();
    }

    private static void append(List<StringBuilder> lines, Column column, List<String> cells) {
        int width = Math.max(column.heading().length(), cells.stream().mapToInt(String::length).max().orElse(0));
        for (int row = 0; row < lines.size(); row++) {
            String cell = row == 0 ? column.heading() : cells.get(row - 1);
            String shown = cell.isEmpty() ? UNKNOWN : cell;
            String padding = " ".repeat(width - shown.length());
            StringBuilder line = lines.get(row);
            line.append(line.isEmpty() ? "" : GAP).append(column.isNumber() ? padding + shown : shown + padding);
        }
    }
}
