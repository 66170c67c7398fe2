#include "actors/pipeline/classifier/classifier.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "actors/pipeline/classifier/evidence.hpp"

namespace troupe {
namespace {

constexpr std::size_t candidate_count = 3;

std::string percent(double share) {
  return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %";
}

std::string too_little(std::size_t bytes, std::size_t enough) {
  auto text = std::to_string(bytes);
  text.insert(0, "abstained: too little to tell, ").append(" bytes that are not repeated where ");
  return text.append(std::to_string(enough)).append(" are needed");
}

// The best label has the calibrated confidence; what is left goes to the others by their scores,
// none of them more than the best one's in proportion: the truth may be none of all labels.
std::vector<verdict::candidate> candidates_of(const member_models& models,
                                              const member_scores& scores, double confidence) {
  std::vector<std::size_t> order(scores.mean.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const std::size_t count = std::min(candidate_count, order.size());
  std::ranges::partial_sort(
      order, order.begin() + static_cast<std::ptrdiff_t>(count), [&](std::size_t a, std::size_t b) {
        return scores.mean[a] != scores.mean[b] ? scores.mean[a] > scores.mean[b] : a < b;
      });
  const double best = double{scores.mean[order[0]]};
  const double others = std::max(1.0 - best, 1e-9);
  std::vector<verdict::candidate> candidates;
  for (std::size_t i = 0; i < count; ++i) {
    const double score = double{scores.mean[order[i]]};
    const double left = std::min(1.0, score / others) * (1 - confidence);
    const double in_proportion = confidence * score / std::max(best, 1e-9);
    candidates.push_back(
        {models.labels[order[i]], i == 0 ? confidence : std::min(left, in_proportion)});
  }
  return candidates;
}

std::string too_unsure(double confidence, double threshold) {
  return "abstained: " + percent(confidence) + " confidence, an answer needs " + percent(threshold);
}

void decide(verdict& answer, double threshold) {
  if (answer.confidence >= threshold) {
    answer.label = answer.candidates.front().label;
  } else {
    answer.evidence.push_back(too_unsure(answer.confidence, threshold));
  }
}

struct support {
  double sum = 0;
  double best = 0;
  const verdict* from = nullptr;
};

verdict overall_of(const std::vector<verdict>& flows, double threshold) {
  std::map<std::string, support> labels;
  double total = 0;
  verdict overall;
  for (const verdict& each : flows) {
    overall.segments_used += each.segments_used;
    overall.packets_used = std::max(overall.packets_used, each.packets_used);
    if (each.candidates.empty()) continue;
    support& of_label = labels[each.candidates.front().label];
    of_label.sum += each.confidence;
    total += each.confidence;
    if (of_label.from == nullptr || each.confidence > of_label.best) {
      of_label.best = each.confidence;
      of_label.from = &each;
    }
  }
  if (total <= 0) {
    const bool alike = std::ranges::all_of(
        flows, [&](const verdict& each) { return each.evidence == flows.front().evidence; });
    if (alike && !flows.empty()) overall.evidence = flows.front().evidence;
    if (overall.evidence.empty()) {
      overall.evidence.emplace_back("abstained: no flow has enough that training has seen");
    }
    return overall;
  }
  std::vector<std::pair<std::string, support>> order(labels.begin(), labels.end());
  std::ranges::stable_sort(
      order, [](const auto& a, const auto& b) { return a.second.sum > b.second.sum; });
  for (const auto& [label, of_label] : order) {
    if (overall.candidates.size() == candidate_count) break;
    overall.candidates.push_back({label, of_label.best * of_label.sum / total});
  }
  overall.confidence = overall.candidates.front().confidence;
  overall.evidence = order.front().second.from->evidence;
  if (!order.front().second.from->label) overall.evidence.pop_back();
  decide(overall, threshold);
  return overall;
}

}  // namespace

verdict flow_classifier::classify(const flow_opening& opening) {
  if (opening.l4 != transport::none) return classify_as(opening, least_evidence::telling_bytes);
  verdict as_udp = classify_guessed({transport::udp, opening.segments, opening.bytes});
  verdict as_tcp = classify_guessed({transport::tcp, opening.segments, opening.bytes});
  return as_tcp.confidence > as_udp.confidence ? as_tcp : as_udp;
}

verdict flow_classifier::classify_guessed(const flow_opening& opening) {
  verdict answer = classify_as(opening, least_evidence::telling_bytes_without_transport);
  if (answer.candidates.empty()) return answer;
  const member_scores& scores = judge_.scores();
  const member_models& models = model_->members;
  double sure =
      answer.confidence * std::min(1.0, judge_.known_share() / least_evidence::known_share);
  if (sure > least_evidence::uncertain &&
      judge_.telling_bytes() < least_evidence::few_telling_bytes &&
      models.votes.captures_of_label()[scores.best] >= least_evidence::captures &&
      captures_behind(models, opening, judge_.read(), scores.best) < 2) {
    sure = std::min(sure, least_evidence::uncertain);
  }
  if (sure >= answer.confidence) return answer;
  if (answer.label && sure < model_->threshold) {
    answer.label.reset();
    answer.evidence.push_back(too_unsure(sure, model_->threshold));
  }
  answer.candidates = candidates_of(models, scores, sure);
  answer.confidence = sure;
  return answer;
}

verdict flow_classifier::classify_as(const flow_opening& opening, std::size_t enough) {
  verdict answer;
  judge_.begin(opening);
  while (judge_.next_stage()) {
    const bool any = judge_.anything_known() && judge_.telling_bytes() >= enough;
    answer.confidence = any ? model_->confidence.confidence(judge_.inputs()) : 0.0;
    if (answer.confidence >= model_->early_threshold) break;
  }
  const auto read = judge_.read();
  if (read.empty()) {
    answer.evidence.emplace_back("abstained: no payload");
    return answer;
  }
  answer.segments_used = static_cast<std::uint32_t>(read.size());
  for (const segment& each : read) answer.packets_used = std::max(answer.packets_used, each.packet);
  if (const auto bytes = judge_.telling_bytes(); bytes < enough) {
    answer.evidence.push_back(too_little(bytes, enough));
    return answer;
  }
  if (!judge_.anything_known()) {
    answer.evidence.emplace_back("abstained: nothing in it was seen in training");
    return answer;
  }
  const member_scores& scores = judge_.scores();
  answer.candidates = candidates_of(model_->members, scores, answer.confidence);
  answer.evidence = evidence_for(model_->members, opening, read, scores.best);
  decide(answer, model_->threshold);
  return answer;
}

verdict classify_flow(const classifier_model& model, const flow_opening& opening) {
  return flow_classifier(model).classify(opening);
}

classification classify(const classifier_model& model, const traffic_group& group,
                        const work_context& work) {
  classification result;
  result.model = model.name;
  result.flows.resize(group.flows.size());
  flow_classifier classifier(model);
  for (std::size_t i = 0; i < group.flows.size(); ++i) {
    if (work.stop.stop_requested()) {
      result.cut_short = true;
      break;
    }
    result.flows[i] = classifier.classify(opening_of(group, group.flows[i]));
  }
  result.overall = overall_of(result.flows, model.threshold);
  return result;
}

}  // namespace troupe
