package magicai.lab;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.icu.ICUNormalizer2Filter;
import org.apache.lucene.analysis.icu.segmentation.ICUTokenizer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.util.Version;
import org.elasticsearch.Build;
import org.elasticsearch.action.admin.cluster.state.ClusterStateResponse;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.analysis.PreBuiltAnalyzerProviderFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.PreConfiguredTokenizer;
import org.elasticsearch.indices.analysis.PreBuiltCacheFactory.CachingStrategy;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.rest.action.RestActionListener;
import org.elasticsearch.xcontent.XContentBuilder;

/** Gives back what the stripped distribution lacks and stock servers have: GET and HEAD of /, and analysers. */
public class LabPlugin extends Plugin implements ActionPlugin, AnalysisPlugin {

    /** english and cjk as in a stock server; smartcn and icu_analyzer as in one with those two plugins. */
    @Override
    public List<PreBuiltAnalyzerProviderFactory> getPreBuiltAnalyzerProviderFactories() {
        return List.of(
            analyzer("english", EnglishAnalyzer::new),
            analyzer("cjk", CJKAnalyzer::new),
            analyzer("smartcn", SmartChineseAnalyzer::new),
            analyzer("icu_analyzer", IcuAnalyzer::new)
        );
    }

    @Override
    public List<PreConfiguredTokenizer> getPreConfiguredTokenizers() {
        return List.of(
            PreConfiguredTokenizer.singleton("keyword", KeywordTokenizer::new),
            PreConfiguredTokenizer.singleton("whitespace", WhitespaceTokenizer::new)
        );
    }

    @Override
    public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return List.of(
            PreConfiguredTokenFilter.singleton("asciifolding", true, ASCIIFoldingFilter::new),
            PreConfiguredTokenFilter.singleton("porter_stem", false, PorterStemFilter::new)
        );
    }

    @Override
    public Collection<RestHandler> getRestHandlers(
        RestHandlersServices services,
        Supplier<DiscoveryNodes> nodes,
        Predicate<NodeFeature> clusterHas
    ) {
        return List.of(new Root());
    }

    private static PreBuiltAnalyzerProviderFactory analyzer(String name, Supplier<Analyzer> make) {
        return new PreBuiltAnalyzerProviderFactory(name, CachingStrategy.ONE, make);
    }

    private static final class IcuAnalyzer extends Analyzer {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            var tokenizer = new ICUTokenizer();
            return new TokenStreamComponents(tokenizer, new ICUNormalizer2Filter(tokenizer));
        }
    }

    /** Which server this is: what a client asks for first. */
    private static final class Root extends BaseRestHandler {
        @Override
        public String getName() {
            return "lab_root";
        }

        @Override
        public boolean canTripCircuitBreaker() {
            return false;
        }

        @Override
        public List<Route> routes() {
            return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
            return channel -> client.admin()
                .cluster()
                .prepareState(TimeValue.timeValueSeconds(30))
                .setMetadata(true)
                .setNodes(true)
                .execute(new RestActionListener<ClusterStateResponse>(channel) {
                    @Override
                    protected void processResponse(ClusterStateResponse response) throws Exception {
                        channel.sendResponse(new RestResponse(RestStatus.OK, described(response, channel.newBuilder())));
                    }
                });
        }

        private static XContentBuilder described(ClusterStateResponse response, XContentBuilder json) throws Exception {
            var build = Build.current();
            var state = response.getState();
            json.startObject()
                .field("name", state.nodes().getLocalNode().getName())
                .field("cluster_name", response.getClusterName().value())
                .field("cluster_uuid", state.metadata().clusterUUID())
                .startObject("version")
                .field("number", build.qualifiedVersion())
                .field("build_flavor", build.flavor())
                .field("build_type", build.type().displayName())
                .field("build_hash", build.hash())
                .field("build_date", build.date())
                .field("build_snapshot", build.isSnapshot())
                .field("lucene_version", Version.LATEST.toString())
                .field("minimum_wire_compatibility_version", build.minWireCompatVersion())
                .field("minimum_index_compatibility_version", build.minIndexCompatVersion())
                .endObject();
            return json.field("tagline", "You Know, for Search").endObject();
        }
    }
}
