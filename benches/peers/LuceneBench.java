import com.fasterxml.jackson.databind.*;
import java.io.*;
import java.lang.management.*;
import java.nio.file.*;
import java.util.*;
import org.apache.lucene.analysis.*;
import org.apache.lucene.analysis.cjk.*;
import org.apache.lucene.analysis.core.LowerCaseFilter;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;

/** Lucene as its users have it: words by JapaneseAnalyzer, and a CJK bigram field beside them. */
public class LuceneBench {
    static final float BIGRAM_BOOST = 0.3f;

    static Analyzer analyzer() {
        Analyzer bigrams = new Analyzer() {
            @Override protected TokenStreamComponents createComponents(String field) {
                Tokenizer source = new StandardTokenizer();
                return new TokenStreamComponents(source, new CJKBigramFilter(new LowerCaseFilter(new CJKWidthFilter(source))));
            }
        };
        return new PerFieldAnalyzerWrapper(new JapaneseAnalyzer(), Map.of("b", bigrams));
    }

    public static void main(String[] args) throws Exception {
        boolean both = args[1].equals("both");
        if (args[0].equals("index")) index(args[2], args[3], both); else search(args[2], args[3], args[4], both, args[5].equals("and"), Float.parseFloat(args[6]), Float.parseFloat(args[7]));
    }

    static void index(String docs, String dir, boolean both) throws Exception {
        IndexWriterConfig config = new IndexWriterConfig(analyzer()).setRAMBufferSizeMB(256);
        FieldType freqs = new FieldType(TextField.TYPE_NOT_STORED);
        freqs.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        freqs.freeze();
        ObjectMapper json = new ObjectMapper();
        try (IndexWriter writer = new IndexWriter(new MMapDirectory(Path.of(dir)), config); BufferedReader in = Files.newBufferedReader(Path.of(docs))) {
            for (String line; (line = in.readLine()) != null; ) {
                JsonNode node = json.readTree(line);
                String text = node.path("title").asText("") + "\n" + node.get("text").asText();
                Document doc = new Document();
                doc.add(new StringField("id", node.get("id").asText(), Field.Store.NO));
                doc.add(new BinaryDocValuesField("id", new org.apache.lucene.util.BytesRef(node.get("id").asText())));
                doc.add(new TextField("w", text, Field.Store.YES));
                if (both) doc.add(new Field("b", text, freqs));
                writer.addDocument(doc);
            }
            writer.commit();
        }
    }

    static void add(BooleanQuery.Builder query, Analyzer analyzer, String field, String text, float boost, BooleanClause.Occur occur) throws IOException {
        try (TokenStream stream = analyzer.tokenStream(field, text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                Query one = new TermQuery(new Term(field, term.toString()));
                query.add(boost == 1 ? one : new BoostQuery(one, boost), occur);
            }
            stream.end();
        }
    }

    static final int WARMING = 2;

    static void search(String queries, String dir, String run, boolean both, boolean and, float k1, float b) throws Exception {
        IndexSearcher.setMaxClauseCount(1 << 16);
        IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(new MMapDirectory(Path.of(dir))));
        searcher.setSimilarity(new BM25Similarity(k1, b));
        searcher.setQueryCache(null);
        Analyzer analyzer = analyzer();
        ObjectMapper json = new ObjectMapper();
        List<String[]> list = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(queries))) {
            JsonNode node = json.readTree(line);
            list.add(new String[] {node.get("id").asText(), node.get("text").asText()});
        }
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long[][] passes = new long[list.size()][3];
        StringBuilder out = new StringBuilder();
        for (int pass = 0; pass < WARMING + 3; pass++) {
            out.setLength(0);
            for (int at = 0; at < list.size(); at++) {
                long started = clock.getCurrentThreadCpuTime();
                BooleanQuery.Builder query = new BooleanQuery.Builder();
                add(query, analyzer, "w", list.get(at)[1], 1, and ? BooleanClause.Occur.MUST : BooleanClause.Occur.SHOULD);
                if (both) add(query, analyzer, "b", list.get(at)[1], BIGRAM_BOOST, BooleanClause.Occur.SHOULD);
                TopDocs found = searcher.search(query.build(), 10);
                if (pass >= WARMING) passes[at][pass - WARMING] = clock.getCurrentThreadCpuTime() - started;
                int rank = 0;
                for (ScoreDoc hit : found.scoreDocs) {
                    LeafReaderContext leaf = searcher.getIndexReader().leaves().get(ReaderUtil.subIndex(hit.doc, searcher.getIndexReader().leaves()));
                    BinaryDocValues ids = leaf.reader().getBinaryDocValues("id");
                    ids.advanceExact(hit.doc - leaf.docBase);
                    out.append(list.get(at)[0]).append(" Q0 ").append(ids.binaryValue().utf8ToString()).append(' ').append(++rank).append(' ').append(hit.score).append(" lucene\n");
                }
            }
        }
        Files.writeString(Path.of(run), out);
        // Of three passes the median, as for the others, once the compiler has seen the code.
        long[] took = Arrays.stream(passes).mapToLong(three -> Arrays.stream(three).sorted().toArray()[1]).sorted().toArray();
        int n = took.length;
        System.out.printf("%d %d %d%n", took[n / 2] / 1000, took[n * 95 / 100] / 1000, took[Math.min(n - 1, n * 99 / 100)] / 1000);
    }
}
