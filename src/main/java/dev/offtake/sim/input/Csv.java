package dev.offtake.sim.input;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A table of comma-separated values with a header. Fields may be quoted as in RFC 4180, but not across lines. */
final class Csv {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private long header;

    private Csv(Path file) {
        this.file = file;
    }

    /** Reads the whole file; lines that are empty or begin with {@code #} are passed over. */
    static Csv read(Path file) {
        Csv csv = new Csv(file);
        long number = 0;
        try (var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String text = number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
                if (!text.isBlank() && !text.startsWith("#")) {
                    csv.add(number, text);
                }
            }
        } catch (NoSuchFileException e) {
            throw InputException.of(file, "is not there; name a CSV file");
        } catch (CharacterCodingException e) {
            throw InputException.of(file, "is no UTF-8 text; unpack it if it is compressed, and name a CSV file");
        } catch (IOException e) {
            throw InputException.of(file, "cannot be read: " + InputException.reason(e) + "; name a CSV file");
        }
        if (csv.columns.isEmpty()) {
            throw InputException.of(file, "is empty; the first line names the columns");
        }
        return csv;
    }

    private void add(long number, String line) {
        List<String> fields = fields(number, line);
        if (columns.isEmpty()) {
            header = number;
            for (String name : fields) {
                if (columns.putIfAbsent(name.strip(), columns.size()) != null) {
                    throw problem(name.strip(), "is the name of two columns; rename one");
                }
            }
        } else if (fields.size() != columns.size()) {
            String unnamed = columns.containsKey("") ? ", of which column " + unnamed() + " has no name" : "";
            throw InputException.of(
                    file,
                    number,
                    "has " + fields.size() + " fields, the header has " + columns.size() + unnamed
                            + "; write one field for each column, quote fields with commas");
        } else {
            rows.add(new Row(number, fields));
        }
    }

    private List<String> fields(long number, String line) {
        if (line.indexOf('"') < 0) {
            return List.of(line.split(",", -1));
        }
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw InputException.of(file, number, "has a quote that is not closed; close it on the same line");
        }
        fields.add(field.toString());
        return fields;
    }

    Path file() {
        return file;
    }

    boolean has(String... names) {
        return columns.keySet().containsAll(List.of(names));
    }

    Set<String> columns() {
        return columns.keySet();
    }

    /** What is wrong with a column as a whole. */
    InputException problem(String column, String text) {
        return column.isEmpty()
                ? InputException.of(
                        file,
                        header,
                        "column " + unnamed() + " has no name; name it, or remove its comma here and in the rows")
                : InputException.of(file, header, column, column, text);
    }

    /** The first column without a name, from 1. */
    private int unnamed() {
        return columns.getOrDefault("", -1) + 1;
    }

    List<Row> rows() {
        return rows;
    }

    /** One line of the table. */
    final class Row {
        private final long line;
        private final List<String> fields;

        Row(long line, List<String> fields) {
            this.line = line;
            this.fields = fields;
        }

        long line() {
            return line;
        }

        /** Empty where the column is not there or the field is blank. */
        Optional<String> find(String column) {
            Integer index = columns.get(column);
            return Optional.ofNullable(index == null ? null : fields.get(index).strip())
                    .filter(text -> !text.isEmpty());
        }

        String get(String column) {
            return find(column)
                    .orElseThrow(() -> InputException.of(file, line, column, "", "is missing; give it a value"));
        }

        int number(String column, int least, int most) {
            String text = get(column);
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException noNumber) {
                // Told below.
            }
            throw problem(column, "is not a whole number from " + least + " to " + most + "; write such a number");
        }

        /** What is wrong with a field. */
        InputException problem(String column, String text) {
            return InputException.of(file, line, column, find(column).orElse(""), text);
        }
    }
}
