package dev.offtake.sim.input;

import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/** YAML of any length, by a parser that tells the anchors of all values; the usual one forgets those of scalars. */
final class AnchoredYaml extends YAMLFactory {
    private static final long serialVersionUID = 1L;

    AnchoredYaml() {
        super(YAMLFactory.builder().loaderOptions(unlimited()));
    }

    /** The list of all nodes of a cluster is longer than the usual limit. */
    private static LoaderOptions unlimited() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        return options;
    }

    /** @param yaml made with this factory */
    static Parser parser(ObjectMapper yaml, Reader text) throws IOException {
        return (Parser) yaml.getFactory().createParser(text);
    }

    @Override
    protected YAMLParser _createParser(Reader text, IOContext context) {
        return new Parser(context, _parserFeatures, _yamlParserFeatures, _loaderOptions, _objectCodec, text);
    }

    /** Tells the anchor of the current value. */
    static final class Parser extends YAMLParser {
        private Parser(
                IOContext context,
                int features,
                int yamlFeatures,
                LoaderOptions options,
                ObjectCodec codec,
                Reader text) {
            super(context, features, yamlFeatures, options, codec, text);
        }

        Optional<String> anchor() {
            return _lastEvent instanceof NodeEvent node ? Optional.ofNullable(node.getAnchor()) : Optional.empty();
        }

        /** Whether nothing is written where the current value would stand, which means null. */
        boolean isNothing() {
            return _lastEvent instanceof ScalarEvent scalar
                    && scalar.isPlain()
                    && scalar.getTag() == null
                    && scalar.getValue().isEmpty();
        }
    }
}
