#include "dsp/graph/plan.h"
#include "dsp/graph/plan_passes.h"

namespace fohd::dsp {

Plan make_plan(const Description& description, const Layout& layout, const PlanOptions& options)
{
    Plan plan;
    plan.options = options;
    const Paths paths = list_paths(description);
    const std::vector<int> order = order_of_sound(description, paths);
    list_parts(description, paths, layout, plan);
    const std::vector<StripPlan> strips = cut_pieces(description, paths, order, plan);
    seat_groups(description, strips, plan);
    list_operations(description, paths, order, strips, plan);
    share_buffers(plan);
    return plan;
}
} // namespace fohd::dsp
